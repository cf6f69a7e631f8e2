// Beam search with the semantics of transformers' BeamSearchScorer (4.39), batched over requests, free or inside a
// prefix tree. It knows no model: `step` gives next-token log-probabilities of the beams that are live.
// Three deliberate differences: the copies of the start beam that transformers holds at -1e9 are simply not live
// (they could only return duplicates); beams that the tree ends are dropped; equal scores go to the lower flat
// index (beam * vocabulary + token), and among finished hypotheses to the earlier one.
import { internal, OperationError, UsageError } from "../base/errors.ts";
import { type TopEntries, TopK, topEntries } from "../base/top-k.ts";
import { type EarlyStopping, type Hypothesis, HypothesisPool } from "./hypotheses.ts";
import { type Constraint, type Followers, PrefixTree } from "./prefix-tree.ts";

/** The beams that go on, those of a row beside each other, rows in ascending order. The first call has one each row. */
export interface LiveBeams {
  /** Row of each beam. */
  readonly rowOf: Int32Array;
  /** Last token of each beam: the start token in the first call. */
  readonly tokens: Int32Array;
  /** The beam that each one continues, by its place in the call before: -1 in the first call. */
  readonly parents: Int32Array;
  /** What alone is asked for; undefined = every token of the vocabulary. */
  readonly followers: Followers | undefined;
}

/**
 * Log-probabilities of the token after each beam, `[beams, vocabulary]`, or those of its followers, in their order.
 * A step remembers what beams have said: make one for each search.
 */
export type DecoderStep = (beams: LiveBeams) => Promise<Float32Array>;

export interface BeamSearchOptions {
  readonly rows: number;
  readonly beams: number;
  readonly vocabulary: number;
  readonly endToken: number;
  readonly step: DecoderStep;
  /** Decoder start token; T5: 0. */
  readonly startToken?: number | undefined;
  /** Hypotheses returned per row, at most `beams` (the default). */
  readonly returned?: number | undefined;
  /** Longest prefix, start token included. Default: 50, or what the longest item needs under a constraint. */
  readonly maxLength?: number | undefined;
  /** Fewest tokens before the end token, under no constraint. Default 0. */
  readonly leastTokens?: number | undefined;
  /** Scores are sums of log-probabilities divided by length^lengthPenalty. Default 1. */
  readonly lengthPenalty?: number | undefined;
  /** Default true. */
  readonly earlyStopping?: EarlyStopping | undefined;
  /** One per row; absent = `free` decoding. */
  readonly constraints?: readonly Constraint[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Optional = "constraints" | "signal";

type Settings = {
  readonly [K in Exclude<keyof BeamSearchOptions, Optional>]-?: NonNullable<BeamSearchOptions[K]>;
} & Pick<BeamSearchOptions, Optional>;

/**
 * The best hypotheses of every row, best first; fewer than `returned` where the tree has fewer leaves.
 * @throws UsageError for impossible options; OperationError for log-probabilities that are no numbers; whatever `step`
 * throws; the signal's reason when aborted.
 */
export async function beamSearch(options: BeamSearchOptions): Promise<Hypothesis[][]> {
  const settings = withDefaults(options);
  const search = new Search(settings);
  while (search.isActive) {
    settings.signal?.throwIfAborted();
    search.advance(await settings.step(search.live));
  }
  return search.finish();
}

function withDefaults(options: BeamSearchOptions): Settings {
  const longest = Math.max(0, ...(options.constraints ?? []).map(({ tree }) => tree.longest));
  const settings: Settings = {
    ...options,
    startToken: options.startToken ?? 0,
    returned: options.returned ?? options.beams,
    maxLength: options.maxLength ?? (options.constraints ? longest + 1 : 50),
    leastTokens: options.leastTokens ?? 0,
    lengthPenalty: options.lengthPenalty ?? 1,
    earlyStopping: options.earlyStopping ?? true,
  };
  refuse(settings, longest);
  return settings;
}

function refuse(settings: Settings, longest: number): void {
  const { beams, returned, maxLength, leastTokens, constraints, rows, endToken } = settings;
  if (!(beams >= 1 && returned >= 1 && returned <= beams)) {
    throw new UsageError(`beam search: ${beams} beams, ${returned} returned; expected 1 <= returned <= beams.`);
  }
  if (!(maxLength > longest)) {
    throw new UsageError(`beam search: maxLength ${maxLength}, expected at least ${longest + 1} for the longest item.`);
  }
  // What is never finished is cut at the longest: asking for more than fits would say nothing of it.
  if (!(leastTokens === 0 || (leastTokens < maxLength && constraints === undefined))) {
    const expected = constraints === undefined ? `at most ${maxLength - 1}` : "none under a constraint";
    throw new UsageError(`beam search: at least ${leastTokens} tokens, expected ${expected}.`);
  }
  if (constraints === undefined) return;
  if (constraints.length !== rows) {
    throw new UsageError(`beam search: ${constraints.length} constraints for ${rows} rows, expected one per row.`);
  }
  const other = constraints.find(({ tree }) => tree.endToken !== endToken);
  if (other) throw new UsageError(`beam search: end token ${endToken}, but the tree ends with ${other.tree.endToken}.`);
}

/** Room for all beams of all rows; those of row r are `starts[r] .. starts[r + 1] - 1`. */
interface Beams {
  readonly starts: Int32Array; // [rows + 1]
  readonly rowOf: Int32Array;
  readonly tokens: Int32Array;
  readonly parents: Int32Array;
  readonly prefixes: Int32Array; // [beams, length], without the start token
  readonly scores: Float32Array; // sums of log-probabilities
  readonly nodes: Int32Array; // tree node of each prefix
}

const roomFor = (rows: number, beams: number, length: number): Beams => ({
  starts: new Int32Array(rows + 1),
  rowOf: new Int32Array(beams),
  tokens: new Int32Array(beams),
  parents: new Int32Array(beams).fill(-1),
  prefixes: new Int32Array(beams * length),
  scores: new Float32Array(beams),
  nodes: new Int32Array(beams).fill(PrefixTree.ROOT),
});

/** State of a running search. */
class Search {
  /** Of every prefix, the start token included. */
  private length = 1;
  private readonly settings: Settings;
  private current: Beams;
  private followers: Followers | undefined;
  private readonly pools: HypothesisPool[];
  private readonly top: TopK;
  private readonly best: TopEntries;

  constructor(settings: Settings) {
    const { rows, beams, startToken, lengthPenalty } = settings;
    this.settings = settings;
    this.current = roomFor(rows, rows, 0);
    this.current.starts.set(Int32Array.from({ length: rows + 1 }, (_, row) => row));
    this.current.rowOf.set(Int32Array.from({ length: rows }, (_, row) => row));
    this.current.tokens.fill(startToken);
    this.followers = this.followersOf(this.current);
    this.pools = Array.from({ length: rows }, () => new HypothesisPool(beams, lengthPenalty));
    // Two per beam: whatever ends among them, enough is left to fill all beams (one end token).
    this.top = new TopK(2 * beams);
    this.best = topEntries(2 * beams);
  }

  get live(): LiveBeams {
    const { rowOf, tokens, parents } = this.current;
    const count = this.count;
    return {
      rowOf: rowOf.subarray(0, count),
      tokens: tokens.subarray(0, count),
      parents: parents.subarray(0, count),
      followers: this.followers,
    };
  }

  get isActive(): boolean {
    return this.length < this.settings.maxLength && this.count > 0;
  }

  advance(logProbs: Float32Array): void {
    const { rows, beams, vocabulary } = this.settings;
    const expected = this.followers?.tokens.length ?? this.count * vocabulary;
    if (logProbs.length !== expected) {
      throw internal(
        `the decoder step returned ${logProbs.length} values, expected ${expected} for ${this.count} beams`,
      );
    }
    const next = roomFor(rows, rows * beams, this.length);
    for (let row = 0; row < rows; row++) this.advanceRow(row, logProbs, next);
    this.current = next;
    this.followers = this.followersOf(next);
    this.length++;
  }

  finish(): Hypothesis[][] {
    const { starts, scores } = this.current;
    this.pools.forEach((pool, row) => {
      for (let beam = starts[row]!; beam < starts[row + 1]!; beam++) {
        pool.add({ tokens: this.generated(beam), item: -1, finished: false }, scores[beam]!, this.length - 1);
      }
    });
    return this.pools.map((pool) => pool.best(this.settings.returned));
  }

  private get count(): number {
    return this.current.starts[this.settings.rows]!;
  }

  private advanceRow(row: number, logProbs: Float32Array, following: Beams): void {
    const { beams, vocabulary, endToken, constraints, earlyStopping, maxLength } = this.settings;
    const { starts, scores, nodes } = this.current;
    const [start, end, first] = [starts[row]!, starts[row + 1]!, following.starts[row]!];
    following.starts[row + 1] = first;
    if (start === end) return;
    const constraint = constraints?.[row];
    for (let beam = start; beam < end; beam++) {
      const at = this.followers?.starts[beam] ?? beam * vocabulary;
      if (constraint) this.scanTree(constraint, beam - start, nodes[beam]!, scores[beam]!, logProbs.subarray(at));
      else this.scanAll(beam - start, scores[beam]!, logProbs.subarray(at, at + vocabulary));
    }
    const best = this.top.drain(this.best);
    let filled = 0;
    for (let c = 0; c < best.size && filled < beams; c++) {
      const beam = start + Math.floor(best.keys[c]! / vocabulary);
      const token = best.keys[c]! % vocabulary;
      if (token !== endToken) {
        this.copyBeam(following, beam, first + filled++, token, best.scores[c]!, best.payloads[c]!);
      } else if (c < beams) {
        const item = constraint ? constraint.tree.items[best.payloads[c]!]! : -1;
        this.pools[row]!.add({ tokens: this.generated(beam), item, finished: true }, best.scores[c]!, this.length);
      }
    }
    const bestScore = best.size > 0 ? best.scores[0]! : Number.NEGATIVE_INFINITY;
    const done = this.pools[row]!.isDone(bestScore, this.length, maxLength - 1, earlyStopping);
    if (!done) following.starts[row + 1] = first + filled;
  }

  /** All children in the tree, dead ones too: which of them count is the search's business. */
  private followersOf({ rowOf, nodes }: Beams): Followers | undefined {
    const { constraints } = this.settings;
    if (constraints === undefined) return undefined;
    return PrefixTree.childrenOf(this.count, (beam) => ({
      tree: constraints[rowOf[beam]!]!.tree,
      node: nodes[beam]!,
    }));
  }

  private scanTree(
    { tree, dead, bonus }: Constraint,
    beam: number,
    node: number,
    score: number,
    logProbs: Float32Array,
  ): void {
    const { tokens, offsets } = tree;
    const first = offsets[node]!;
    const end = offsets[node + 1]!;
    const checkDead = dead !== undefined && dead.size > 0;
    for (let child = first; child < end; child++) {
      if (checkDead && dead.has(child)) continue;
      const token = tokens[child]!;
      const total = Math.fround(score + logProbs[child - first]! + (bonus === undefined ? 0 : bonus[child]!));
      if (!(total <= this.top.floor)) this.push(total, beam * this.settings.vocabulary + token, child);
    }
  }

  private scanAll(beam: number, score: number, logProbs: Float32Array): void {
    const { vocabulary, leastTokens, endToken } = this.settings;
    const barred = this.length - 1 < leastTokens ? endToken : -1;
    let floor = this.top.floor;
    for (let token = 0; token < vocabulary; token++) {
      if (token === barred) continue;
      const total = Math.fround(score + logProbs[token]!);
      if (total <= floor) continue;
      this.push(total, beam * vocabulary + token, 0);
      floor = this.top.floor;
    }
  }

  /** A NaN fails every `<=`, so it arrives here and is reported instead of silently losing a beam. */
  private push(total: number, key: number, child: number): void {
    if (Number.isNaN(total))
      throw new OperationError(
        "the decoder's log-probabilities are no numbers (NaN): the model's training has diverged. " +
          "Train it again with a smaller learning rate.",
      );
    this.top.push(total, key, child);
  }

  private copyBeam(next: Beams, from: number, to: number, token: number, score: number, node: number): void {
    const before = this.length - 1;
    next.prefixes.set(this.generated(from), to * this.length);
    next.prefixes[to * this.length + before] = token;
    next.rowOf[to] = this.current.rowOf[from]!;
    next.tokens[to] = token;
    next.parents[to] = from;
    next.scores[to] = score;
    next.nodes[to] = node;
  }

  /** What a beam has said after the start token. */
  private generated(beam: number): Int32Array {
    const before = this.length - 1;
    return this.current.prefixes.slice(beam * before, (beam + 1) * before);
  }
}

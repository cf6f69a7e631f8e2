// Beam search with the semantics of transformers' BeamSearchScorer (4.39), over whole prefixes and batched over
// requests, free or inside a prefix tree. It knows no model: `step` gives next-token log-probabilities.
// Three deliberate differences: the copies of the start beam that transformers holds at -1e9 are simply not live
// (they could only return duplicates); beams that the tree ends are dropped; equal scores go to the lower flat
// index (beam * vocabulary + token), and among finished hypotheses to the earlier one.
import { internal, UsageError } from "../base/errors.ts";
import { type EarlyStopping, type Hypothesis, HypothesisPool } from "./hypotheses.ts";
import { type Constraint, PrefixTree } from "./prefix-tree.ts";
import { type TopEntries, TopK, topEntries } from "./top-k.ts";

/**
 * Log-probabilities of the next token, `[rows, beams, vocabulary]`, for `prefixes` `[rows, beams, length]`.
 * Every prefix begins with the start token. `beams` is 1 in the first call, when all beams are still equal.
 * Rows that are done and beams that are not live hold pad tokens; what is returned for them is not read.
 */
export type DecoderStep = (prefixes: Int32Array, rows: number, beams: number, length: number) => Promise<Float32Array>;

export interface BeamSearchOptions {
  readonly rows: number;
  readonly beams: number;
  readonly vocabulary: number;
  readonly endToken: number;
  readonly step: DecoderStep;
  /** Decoder start token; T5: 0. */
  readonly startToken?: number | undefined;
  /** Fills what is not live; T5: 0. */
  readonly padToken?: number | undefined;
  /** Hypotheses returned per row, at most `beams` (the default). */
  readonly returned?: number | undefined;
  /** Longest prefix, start token included. Default: 50, or what the longest item needs under a constraint. */
  readonly maxLength?: number | undefined;
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
 * @throws UsageError for impossible options; whatever `step` throws; the signal's reason when aborted.
 */
export async function beamSearch(options: BeamSearchOptions): Promise<Hypothesis[][]> {
  const settings = withDefaults(options);
  const search = new Search(settings);
  while (search.isActive) {
    settings.signal?.throwIfAborted();
    search.advance(await settings.step(search.prefixes, settings.rows, search.width, search.length));
  }
  return search.finish();
}

function withDefaults(options: BeamSearchOptions): Settings {
  const longest = Math.max(0, ...(options.constraints ?? []).map(({ tree }) => tree.longest));
  const settings: Settings = {
    ...options,
    startToken: options.startToken ?? 0,
    padToken: options.padToken ?? 0,
    returned: options.returned ?? options.beams,
    maxLength: options.maxLength ?? (options.constraints ? longest + 1 : 50),
    lengthPenalty: options.lengthPenalty ?? 1,
    earlyStopping: options.earlyStopping ?? true,
  };
  refuse(settings, longest);
  return settings;
}

function refuse({ beams, returned, maxLength, constraints, rows, endToken }: Settings, longest: number): void {
  if (!(beams >= 1 && returned >= 1 && returned <= beams)) {
    throw new UsageError(`beam search: ${beams} beams, ${returned} returned; expected 1 <= returned <= beams.`);
  }
  if (!(maxLength > longest)) {
    throw new UsageError(`beam search: maxLength ${maxLength}, expected at least ${longest + 1} for the longest item.`);
  }
  if (constraints === undefined) return;
  if (constraints.length !== rows) {
    throw new UsageError(`beam search: ${constraints.length} constraints for ${rows} rows, expected one per row.`);
  }
  const other = constraints.find(({ tree }) => tree.endToken !== endToken);
  if (other) throw new UsageError(`beam search: end token ${endToken}, but the tree ends with ${other.tree.endToken}.`);
}

interface Beams {
  readonly prefixes: Int32Array; // [rows, beams, length]
  readonly scores: Float32Array; // [rows, beams], sums of log-probabilities
  readonly nodes: Int32Array; // [rows, beams], tree node of each prefix
}

/** State of a running search. Live beams of a row are its slots 0 .. live[row] - 1. */
class Search {
  /** Beams per row in `prefixes`: 1 before the first step, then `beams`. */
  width = 1;
  length = 1;
  private readonly settings: Settings;
  private current: Beams;
  private readonly live: Int32Array;
  private readonly pools: HypothesisPool[];
  private readonly top: TopK;
  private readonly best: TopEntries;

  constructor(settings: Settings) {
    const { rows, beams, startToken, lengthPenalty } = settings;
    this.settings = settings;
    this.current = {
      prefixes: new Int32Array(rows).fill(startToken),
      scores: new Float32Array(rows),
      nodes: new Int32Array(rows).fill(PrefixTree.ROOT),
    };
    this.live = new Int32Array(rows).fill(1);
    this.pools = Array.from({ length: rows }, () => new HypothesisPool(beams, lengthPenalty));
    // Two per beam: whatever ends among them, enough is left to fill all beams (one end token).
    this.top = new TopK(2 * beams);
    this.best = topEntries(2 * beams);
  }

  get prefixes(): Int32Array {
    return this.current.prefixes;
  }

  get isActive(): boolean {
    return this.length < this.settings.maxLength && this.live.some((count) => count > 0);
  }

  advance(logProbs: Float32Array): void {
    const { rows, beams, vocabulary, padToken } = this.settings;
    const expected = rows * this.width * vocabulary;
    if (logProbs.length !== expected) {
      throw internal(
        `the decoder step returned ${logProbs.length} values, expected ${rows} x ${this.width} x ${vocabulary}`,
      );
    }
    const next: Beams = {
      prefixes: new Int32Array(rows * beams * (this.length + 1)).fill(padToken),
      scores: new Float32Array(rows * beams),
      nodes: new Int32Array(rows * beams),
    };
    for (let row = 0; row < rows; row++) if (this.live[row]! > 0) this.advanceRow(row, logProbs, next);
    this.current = next;
    this.width = beams;
    this.length++;
  }

  finish(): Hypothesis[][] {
    const { rows, returned } = this.settings;
    for (let row = 0; row < rows; row++) {
      for (let beam = 0; beam < this.live[row]!; beam++) {
        const unfinished = { tokens: this.generated(row, beam), item: -1, finished: false };
        this.pools[row]!.add(unfinished, this.current.scores[row * this.width + beam]!, this.length - 1);
      }
    }
    return this.pools.map((pool) => pool.best(returned));
  }

  private advanceRow(row: number, logProbs: Float32Array, following: Beams): void {
    const { beams, vocabulary, endToken, constraints, earlyStopping, maxLength } = this.settings;
    const constraint = constraints?.[row];
    for (let beam = 0; beam < this.live[row]!; beam++) {
      const slot = row * this.width + beam;
      const score = this.current.scores[slot]!;
      const next = logProbs.subarray(slot * vocabulary, (slot + 1) * vocabulary);
      if (constraint) this.scanTree(constraint, beam, this.current.nodes[slot]!, score, next);
      else this.scanAll(beam, score, next);
    }
    const best = this.top.drain(this.best);
    let filled = 0;
    for (let c = 0; c < best.size && filled < beams; c++) {
      const beam = Math.floor(best.keys[c]! / vocabulary);
      const token = best.keys[c]! % vocabulary;
      if (token !== endToken) {
        this.copyBeam(following, row, beam, filled++, token, best.scores[c]!, best.payloads[c]!);
      } else if (c < beams) {
        const item = constraint ? constraint.tree.items[best.payloads[c]!]! : -1;
        this.pools[row]!.add({ tokens: this.generated(row, beam), item, finished: true }, best.scores[c]!, this.length);
      }
    }
    const bestScore = best.size > 0 ? best.scores[0]! : Number.NEGATIVE_INFINITY;
    const done = this.pools[row]!.isDone(bestScore, this.length, maxLength - 1, earlyStopping);
    this.live[row] = done ? 0 : filled;
  }

  private scanTree(
    { tree, dead, bonus }: Constraint,
    beam: number,
    node: number,
    score: number,
    logProbs: Float32Array,
  ): void {
    const { tokens, offsets } = tree;
    const end = offsets[node + 1]!;
    const checkDead = dead !== undefined && dead.size > 0;
    for (let child = offsets[node]!; child < end; child++) {
      if (checkDead && dead.has(child)) continue;
      const token = tokens[child]!;
      const total = Math.fround(score + logProbs[token]! + (bonus === undefined ? 0 : bonus[child]!));
      if (!(total <= this.top.floor)) this.push(total, beam * this.settings.vocabulary + token, child);
    }
  }

  private scanAll(beam: number, score: number, logProbs: Float32Array): void {
    const { vocabulary } = this.settings;
    let floor = this.top.floor;
    for (let token = 0; token < vocabulary; token++) {
      const total = Math.fround(score + logProbs[token]!);
      if (total <= floor) continue;
      this.push(total, beam * vocabulary + token, 0);
      floor = this.top.floor;
    }
  }

  /** A NaN fails every `<=`, so it arrives here and is reported instead of silently losing a beam. */
  private push(total: number, key: number, child: number): void {
    if (Number.isNaN(total)) throw internal("the decoder step returned NaN log-probabilities");
    this.top.push(total, key, child);
  }

  private copyBeam(
    next: Beams,
    row: number,
    from: number,
    to: number,
    token: number,
    score: number,
    node: number,
  ): void {
    const { beams } = this.settings;
    const source = (row * this.width + from) * this.length;
    const target = (row * beams + to) * (this.length + 1);
    next.prefixes.set(this.prefixes.subarray(source, source + this.length), target);
    next.prefixes[target + this.length] = token;
    next.scores[row * beams + to] = score;
    next.nodes[row * beams + to] = node;
  }

  private generated(row: number, beam: number): Int32Array {
    const start = (row * this.width + beam) * this.length;
    return this.prefixes.slice(start + 1, start + this.length);
  }
}

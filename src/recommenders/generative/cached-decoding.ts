// One search's way through the decoder: each call runs the newest token of every live beam and keeps its keys and
// values, which later calls read. What beams were at earlier positions stays where it is; a mask says whose it is.
// Letters: B batch, M beams a question.
import { packedRows, packingFeeds } from "../../backbone/packed-rows.ts";
import { HIDDEN, type TensorData } from "../../engine/index.ts";
import { type Followers, type LiveBeams, PrefixTree } from "../../generation/index.ts";
import { logShares } from "./examples/answer-space.ts";
import type { StepShape } from "./network/decoder-programs.ts";

type Feeds = Readonly<Record<string, TensorData>>;

/** Runs programs over what the encoder made of the prompts. */
export interface DecoderPrograms {
  readonly batch: number;
  readonly vocabulary: number;
  /** Tokens compete inside these trees, one a question; undefined where all tokens compete. */
  readonly trees: readonly PrefixTree[] | undefined;
  /** The decoder's states [rows, d], and what later steps are to be fed: keys and values of each layer. */
  step(shape: StepShape, feeds: Feeds): Promise<{ readonly states: Float32Array; readonly memories: Feeds }>;
  /**
   * Log-probabilities or, inside trees, logits of the next token [rows, vocabulary], or of the followers of the first
   * rows.
   */
  head(rows: number, states: Float32Array, followers: Followers | undefined): Promise<Float32Array>;
}

/** Live beams of a call, by their place in the list. */
interface Known {
  /** Place of each beam, and of what it continues, among its question's at every position so far. [beams, positions] */
  readonly lineage: Int32Array;
  /** Node of each beam in its question's tree; -1 outside. */
  readonly nodes: Int32Array;
}

export class CachedDecoding {
  private readonly programs: DecoderPrograms;
  /** Beams a question, at most. */
  private readonly beams: number;
  /** Beams a question that there was room for, by position, and their keys and values. */
  private readonly widths: number[] = [];
  private past: Feeds = {};
  private known: Known = { lineage: new Int32Array(0), nodes: new Int32Array(0) };

  constructor(programs: DecoderPrograms, beams: number) {
    this.programs = programs;
    this.beams = beams;
  }

  /** A `DecoderStep`: log-probabilities [beams, vocabulary], to be read before the next call. */
  readonly step = async (live: LiveBeams): Promise<Float32Array> => {
    const { batch, vocabulary } = this.programs;
    const count = live.tokens.length;
    const own = placesInRow(live.rowOf);
    const beams = this.roomFor(1 + own.reduce((most, place) => Math.max(most, place), 0));
    const isFull = count === batch * beams;
    const rows = isFull ? count : packedRows(count, batch * beams);
    this.known = { lineage: this.lineageOf(live, own), nodes: this.nodesOf(live) };
    const places = own.map((place, beam) => live.rowOf[beam]! * beams + place);
    const newest = new Int32Array(rows);
    newest.set(live.tokens);
    const { states, memories } = await this.programs.step(
      { beams, past: [...this.widths], packed: isFull ? undefined : rows },
      {
        newest,
        lineage: this.mask(live, [...this.widths, beams], beams),
        ...(isFull ? undefined : packingFeeds(places, batch * beams, rows)),
        ...this.past,
      },
    );
    this.widths.push(beams);
    this.past = { ...this.past, ...memories };
    const next = (asked: Followers | undefined) => this.programs.head(rows, states, asked);
    if (live.followers === undefined) return (await next(undefined)).subarray(0, count * vocabulary);
    const competing = this.siblings(live);
    if (competing === undefined) return next(live.followers);
    return chosenOf(logShares(await next(competing), competing), competing, live.followers);
  };

  /** One, or quarters of all beams: few programs serve beams that end one by one. */
  private roomFor(most: number): number {
    return most === 1 ? 1 : Math.min(this.beams, Math.ceil(this.beams / 4) * Math.ceil((4 * most) / this.beams));
  }

  private lineageOf({ parents }: LiveBeams, own: Int32Array): Int32Array {
    const before = this.widths.length;
    const lineage = new Int32Array(parents.length * (before + 1));
    own.forEach((place, beam) => {
      const from = parents[beam]! * before;
      if (before > 0) lineage.set(this.known.lineage.subarray(from, from + before), beam * (before + 1));
      lineage[beam * (before + 1) + before] = place;
    });
    return lineage;
  }

  private nodesOf({ rowOf, tokens, parents }: LiveBeams): Int32Array {
    const { trees } = this.programs;
    if (trees === undefined) return this.known.nodes;
    return tokens.map((token, beam) => {
      const parent = parents[beam]!;
      if (parent < 0) return PrefixTree.ROOT;
      const node = this.known.nodes[parent]!;
      return node < 0 ? -1 : trees[rowOf[beam]!]!.child(node, token);
    });
  }

  /** [B, 1, beams, all widths]: each beam sees what it continues, and itself. */
  private mask({ rowOf }: LiveBeams, widths: readonly number[], beams: number): Float32Array {
    const { lineage } = this.known;
    const keys = widths.reduce((sum, width) => sum + width, 0);
    const mask = new Float32Array(this.programs.batch * beams * keys).fill(HIDDEN);
    const steps = widths.length;
    for (let beam = 0; beam < rowOf.length; beam++) {
      const seen = lineage.subarray(beam * steps, (beam + 1) * steps);
      let at = (rowOf[beam]! * beams + seen[steps - 1]!) * keys;
      for (let position = 0; position < steps; position++) {
        mask[at + seen[position]!] = 0;
        at += widths[position]!;
      }
    }
    return mask;
  }

  /** What tokens compete with inside the trees; undefined where all tokens compete. */
  private siblings({ rowOf }: LiveBeams): Followers | undefined {
    const { trees } = this.programs;
    return (
      trees &&
      PrefixTree.childrenOf(rowOf.length, (beam) => ({ tree: trees[rowOf[beam]!]!, node: this.known.nodes[beam]! }))
    );
  }
}

/** Values of some followers out of those of all that compete, both in ascending order; others are hidden. */
function chosenOf(values: Float32Array, all: Followers, some: Followers): Float32Array {
  const chosen = new Float32Array(some.tokens.length).fill(HIDDEN);
  for (let beam = 0; beam + 1 < some.starts.length; beam++) {
    let at = all.starts[beam]!;
    const end = all.starts[beam + 1]!;
    for (let i = some.starts[beam]!; i < some.starts[beam + 1]!; i++) {
      while (at < end && all.tokens[at]! < some.tokens[i]!) at++;
      if (at < end && all.tokens[at] === some.tokens[i]) chosen[i] = values[at]!;
    }
  }
  return chosen;
}

/** Place of each beam among those of its row. */
function placesInRow(rowOf: Int32Array): Int32Array {
  let start = 0;
  return rowOf.map((row, beam) => {
    if (beam > 0 && row !== rowOf[beam - 1]) start = beam;
    return beam - start;
  });
}

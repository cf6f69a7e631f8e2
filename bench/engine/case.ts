// The contract of a benchmark case: inputs that both sides read, what ours does with them, and the plan that both
// follow. The other side is a module of the same name in peers/bench.
import type { Device } from "../../src/engine/index.ts";
import type { Shop } from "./shop.ts";

/** step: forward, backward, AdamW; inference: forward without dropout; run: a whole job. */
export type Measure = "step" | "inference" | "run";

export interface SideContext {
  /** Where `prepare` wrote the inputs. */
  readonly folder: string;
  /** Dropout is off and nothing is timed. */
  readonly isCheck: boolean;
  readonly device: Device;
  readonly threads: number;
}

/** A figure that was put together from parts, in place of the time that a sample took. */
export interface Seconds {
  readonly seconds: number;
}

export type Work = (index: number) => Promise<unknown>;

export interface Side {
  /** One sample of each measure; `index` counts samples, warm-ups included, and picks the data. */
  readonly work: Partial<Record<Measure, Work>>;
  /** Numbers that the peer computes too: losses of first steps, sizes of what was found. */
  check(): Promise<readonly number[]>;
  dispose(): Promise<void>;
}

/** Samples of one process: first those that are thrown away (compilation, page faults), then those that count. */
export interface Plan {
  readonly warmups: number;
  readonly samples: number;
}

export interface BenchCase {
  readonly name: string;
  /** One line for the table's reader. */
  readonly what: string;
  /** Ways to run the peer: all are tried in the first round, the fastest goes on. */
  readonly variants: readonly string[];
  /** Fresh processes of each side. */
  readonly rounds: number;
  readonly plan: Partial<Record<Measure, Plan>>;
  /** Steps in one sample: the figure is the time of one. 1 by default. */
  readonly stepsPerSample?: number;
  /** Operations of the matrix products in one step, inference or run, where they say something about the time. */
  readonly flop?: (folder: string) => Promise<Partial<Record<Measure, number>>>;
  /** How far checked numbers may be apart, relatively; 1e-3 by default. */
  readonly tolerance?: number;
  /** What differs between the sides, or how the figure was extrapolated: goes to the record. */
  readonly note?: string | undefined;
  prepare(folder: string, shop: Shop): Promise<void>;
  open(context: SideContext): Promise<Side>;
}

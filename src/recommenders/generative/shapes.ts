// What the parts of a generative system hand each other: sizes of a run and of a program, examples, and the interest
// rows that a program reads. Everything here is a record; whoever makes or reads one stands in `examples`, `network`,
// `heads`, `tables`.
import type { T5Config } from "../../backbone/t5-config.ts";
import { HIDDEN, type Tensor } from "../../engine/index.ts";
import type { AskedTask, GenerativeOptions, PromptTask } from "./options/options.ts";

/** Sizes that are fixed for a run. */
export interface NetworkShape {
  readonly options: GenerativeOptions;
  readonly t5: T5Config;
  readonly nItems: number;
  readonly tokensPerPosition: number;
  /** Position i is word i + 1 (compact form). */
  readonly isAligned: boolean;
  /** Factors on fed interests (1, or 1 / RMS at the start of training). */
  readonly scales: { readonly individual: number; readonly group: number };
}

/** Sizes of one program. */
export interface BatchShape {
  readonly task: PromptTask;
  readonly batch: number;
  /** S */
  readonly length: number;
  /** Items in the prompt: history or candidates, padded. */
  readonly items: number;
  /** L, end of sequence included. */
  readonly target: number;
}

/**
 * One question: the user, the items in the prompt (history oldest first, candidates, or the one to be explained) and,
 * in training, the answer.
 */
export interface Example {
  readonly task: AskedTask;
  readonly userIndex: number;
  readonly items: Int32Array;
  /** Direct: what the user has had, oldest first; in training, before the target. */
  readonly history?: Int32Array;
  readonly target?: number;
  /** The answer of an explanation. */
  readonly sentence?: string;
  /** Worded template; undefined = bare. */
  readonly template?: number | undefined;
}

/** Reads rows of the individual table (users, then items) and of the group table (users). */
export interface InterestRows {
  readonly nUsers: number;
  individual(row: number, out: Float32Array, at: number): void;
  group(row: number, out: Float32Array, at: number): void;
  /** Stands for the mean individual interest of every history, where given. */
  readonly history?: Float32Array | undefined;
}

/** Takes gradients of the same rows. */
export interface InterestGradients {
  individual(row: number, gradient: Float32Array, at: number): void;
  group(row: number, gradient: Float32Array, at: number): void;
}

/** Interests fed by the caller, who wants their gradients back. */
export interface Fed {
  readonly individual?: Tensor; // [B, d] e~_u
  readonly candidates?: Tensor; // [B, items, d] e~_v
  readonly history?: Tensor; // [B, d] mean e~_v of the history
  readonly group?: Tensor; // [B, d] h_u
}

/** Ordinal whole words, row 0 being omega_0 [E, D, 5: 512 rows]; later words share the last row. */
export const ORDINALS = 512;

/** Longest history whose recencies are told apart; older items share the last row. */
export const RECENCIES = 64;

/** Additive mask value for a position: 0 where there is a token. */
export const maskValue = (isPresent: boolean): number => (isPresent ? 0 : HIDDEN);

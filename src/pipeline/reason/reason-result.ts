// What a reasoning run came to, whole or ended early.
import type { ChainTally } from "../../reasoning/index.ts";

/** Why a run ends before it has gone through everything. */
export interface Stop {
  /** Its budget, or files that somebody else is to have answered. */
  readonly by: "budget" | "files";
  readonly words: string;
}

export interface ReasonResult {
  /** Who wrote the texts, e.g. "rule-based (offline)". */
  readonly source: string;
  /**
   * `complete`: subjects with all three texts, of those that this run went through. After an error or an interruption,
   * those that it had come to: the journal may hold more.
   */
  readonly items: { readonly subjects: number; readonly complete: number };
  readonly users: { readonly subjects: number; readonly complete: number };
  readonly tally: Readonly<ChainTally>;
  /** What this run's calls cost, in the currency of the prices; absent where none were given. */
  readonly cost?: number | undefined;
  /** The same by kind of subject and step. */
  readonly stepCosts?: Readonly<Record<string, number>> | undefined;
  /** Subjects with a text of a similar one, adapted by rule. */
  readonly adapted: { readonly items: number; readonly users: number };
  /**
   * Subjects whose FEATURE text another of their kind has word for word: what a model says of many tells none apart.
   */
  readonly alike: { readonly items: number; readonly users: number };
  /** Items whose catalogue text tries to give orders to a language model. */
  readonly suspiciousItems: number;
  /** Why the run ended early, and what to do, in sentences; absent when it went through everything. */
  readonly stopped?: string | undefined;
  /** Whether its budget, an error or its signal ended it, or it waits for files that are asked elsewhere. */
  readonly stoppedBy?: Stop["by"] | "error" | "interruption" | undefined;
  readonly seconds: number;
}

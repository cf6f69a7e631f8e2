// One stage of a plan.

/** How well a number is known. */
export type Basis =
  /** Measured, or between two measured sizes. */
  | { readonly kind: "measured" }
  /** Grown from the largest measured size, which it is so many times. */
  | { readonly kind: "beyond"; readonly times: number }
  /** Made of numbers that were typed. */
  | { readonly kind: "given" }
  | { readonly kind: "unknown"; readonly todo: string };

export interface PlannedStage {
  readonly name: string;
  /** What is done, in figures: "3,030,000 calls, 2.1e9 tokens in prompts". */
  readonly work: string;
  /** On all cores together, on the machine of the measurements; absent for work that others do. */
  readonly processorSeconds?: number | undefined;
  /** Time on the machines of the plan, with all cores in use: at the least. Absent where it is unknown. */
  readonly seconds?: number | undefined;
  readonly machines: number;
  /** Of one process. */
  readonly memoryMiB: number;
  /** What it leaves on disk. */
  readonly storageBytes: number;
  readonly cost: number;
  readonly basis: Basis;
}

// Runs an encoder over texts: each distinct text once, batches kept on disk as they finish, several in flight where the
// encoder allows it.
import { createHash } from "node:crypto";
import { CancelledError, OperationError } from "../../base/errors.ts";
import { type Matrix, matrix, row } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { EncodingPlan, PretrainedEncoder } from "./encoder.ts";
import { PartialVectors } from "./partial-vectors.ts";

export interface EncodeOptions {
  /** File for finished batches; the caller deletes it once the result is safe. */
  readonly partialPath: string;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One unit row per text; zeros for a blank one. Called again with the same texts after a kill or an error, it encodes
 * only what is missing.
 * @throws OperationError when there is nothing to encode or the widths differ; CancelledError when stopped; and what
 *   the
 * encoder throws.
 */
export async function encodeTexts(
  encoder: PretrainedEncoder,
  texts: readonly string[],
  { partialPath, report = silent, signal }: EncodeOptions,
): Promise<Matrix> {
  const numbers = new Map<string, number>();
  for (const text of texts) if (text.trim() !== "" && !numbers.has(text)) numbers.set(text, numbers.size);
  if (numbers.size === 0) throw new OperationError("encoder: every text is blank, so there is nothing to encode.");
  const unique = [...numbers.keys()];
  const plan = await encoder.prepare(unique, signal);
  const collected = new Collected(plan, unique.length);
  const partial = await PartialVectors.open(partialPath, fingerprintOf(encoder, unique, plan), (batch, vectors) =>
    collected.put(batch, vectors),
  );
  try {
    if (collected.done > 0) {
      const message = `continuing: ${collected.done} of ${unique.length} distinct texts are encoded already.`;
      report({ kind: "notice", message });
    }
    await runLanes(encoder, plan, { collected, partial, report, signal });
  } finally {
    await partial.close();
  }
  return collected.spread(texts.map((text) => numbers.get(text)));
}

/** Of all that decides which vector stands in which record. Text by text: all of them may not fit into one string. */
function fingerprintOf(encoder: PretrainedEncoder, texts: readonly string[], plan: EncodingPlan): string {
  const hash = createHash("sha256").update(JSON.stringify([encoder.kind, encoder.options]));
  for (const text of texts) hash.update(JSON.stringify(text));
  for (const members of plan.batches) hash.update(JSON.stringify(members));
  return hash.digest("hex");
}

/** Vectors of the distinct texts as they come. */
class Collected {
  done = 0;
  private readonly finished = new Set<number>();
  private vectors: Matrix | undefined;

  constructor(
    private readonly plan: EncodingPlan,
    private readonly count: number,
  ) {}

  has(batch: number): boolean {
    return this.finished.has(batch);
  }

  put(batch: number, { rows, columns, data }: Matrix): void {
    const members = this.plan.batches[batch];
    if (members?.length !== rows || this.finished.has(batch)) return;
    this.vectors ??= matrix(this.count, columns);
    if (columns !== this.vectors.columns) {
      throw new OperationError(
        `encoder: vectors of ${this.vectors.columns} and of ${columns} numbers; is it one model?`,
      );
    }
    for (const [r, member] of members.entries()) {
      this.vectors.data.set(data.subarray(r * columns, (r + 1) * columns), member * columns);
    }
    this.finished.add(batch);
    this.done += rows;
  }

  /** Rows by number, zeros for undefined. */
  spread(numbers: readonly (number | undefined)[]): Matrix {
    const { columns } = this.vectors!;
    const out = matrix(numbers.length, columns);
    for (const [r, number] of numbers.entries()) {
      if (number !== undefined) out.data.set(row(this.vectors!, number), r * columns);
    }
    return out;
  }
}

interface Work {
  readonly collected: Collected;
  readonly partial: PartialVectors;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/** Lanes that take the next unfinished batch until none is left; the first error stops them all. */
async function runLanes(encoder: PretrainedEncoder, plan: EncodingPlan, work: Work): Promise<void> {
  const { collected, partial, report, signal } = work;
  // One iterator for all lanes: each takes the next batch from it.
  const pending = plan.batches
    .map((_, batch) => batch)
    .filter((batch) => !collected.has(batch))
    .values();
  const total = plan.batches.reduce((sum, members) => sum + members.length, 0);
  const trouble = new AbortController();
  const stop = signal === undefined ? trouble.signal : AbortSignal.any([signal, trouble.signal]);
  const lane = async () => {
    for (const batch of pending) {
      if (signal?.aborted) {
        throw new CancelledError("stopped while encoding; finished batches are kept, run the same command to go on");
      }
      if (stop.aborted) return;
      const vectors = await plan.encode(batch, stop);
      await partial.add(batch, vectors);
      collected.put(batch, vectors);
      report({ kind: "step", stage: "embed", done: collected.done, total, unit: "texts" });
    }
  };
  const lanes = Array.from({ length: encoder.concurrency }, async () => {
    try {
      await lane();
    } catch (error) {
      trouble.abort(error);
      throw error;
    }
  });
  // Wait for all: a lane still running would write to a closed file.
  const outcomes = await Promise.allSettled(lanes);
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((error) => !(error instanceof CancelledError)) ?? failures[0];
}

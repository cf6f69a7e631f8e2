// Runs an encoder over texts: each distinct text once, batches kept on disk as they finish, several in flight where the
// encoder allows it.
import { createHash } from "node:crypto";
import { CancelledError, OperationError } from "../../base/errors.ts";
import { type Matrix, matrix, row } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { olderOptions } from "../making.ts";
import type { EncodingPlan, PretrainedEncoder } from "./encoder.ts";
import { PartialVectors } from "./partial-vectors.ts";

export interface EncodeOptions {
  /** File for finished batches; the caller deletes it once the result is safe. */
  readonly partialPath: string;
  /** Where an older version kept it: taken over where it holds the same work. */
  readonly formerPath?: string | undefined;
  /** Others who encode what is missing, before this process does what they leave. */
  readonly encodeElsewhere?: EncodeElsewhere | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An encoding whose batches others do. */
export interface SharedEncoding {
  /** The distinct texts. */
  readonly texts: readonly string[];
  /** Text numbers of each batch. */
  readonly batches: EncodingPlan["batches"];
  readonly has: (batch: number) => boolean;
  /** Vectors of a batch that is there. */
  readonly get: (batch: number) => Matrix | undefined;
  /** Keeps one finished batch: it is not to be encoded again. */
  readonly put: (batch: number, vectors: Matrix) => Promise<void>;
}

/** Resolves when all that others encode is put. */
export type EncodeElsewhere = (encoding: SharedEncoding) => Promise<void>;

/**
 * One unit row per text; zeros for a blank one. Called again with the same texts after a kill or an error, it encodes
 * only what is missing.
 * @throws OperationError when there is nothing to encode or the widths differ; CancelledError when stopped; and what
 *   the encoder throws.
 */
export async function encodeTexts(
  encoder: PretrainedEncoder,
  texts: readonly string[],
  { partialPath, formerPath, encodeElsewhere, report = silent, signal }: EncodeOptions,
): Promise<Matrix> {
  const numbers = new Map<string, number>();
  for (const text of texts) if (text.trim() !== "" && !numbers.has(text)) numbers.set(text, numbers.size);
  if (numbers.size === 0) throw new OperationError("encoder: every text is blank, so there is nothing to encode.");
  const unique = [...numbers.keys()];
  const plan = await encoder.prepare(unique, signal);
  const collected = new Collected(plan, unique.length, partialPath);
  const fingerprint = fingerprintOf(encoder, unique, plan);
  if (formerPath !== undefined) {
    const older = fingerprintOf({ kind: encoder.kind, options: olderOptions(encoder.options) }, unique, plan);
    await PartialVectors.takeOver(formerPath, partialPath, [fingerprint, older]);
  }
  const partial = await PartialVectors.open(partialPath, fingerprint, (batch, vectors) =>
    collected.takeKept(batch, vectors),
  );
  try {
    if (partial.dropped > 0) {
      const message = `${partialPath}: the texts are others than those of which ${partial.dropped} bytes of vectors were kept here; they are dropped.`;
      report({ kind: "warning", message });
    }
    if (collected.done > 0) {
      const message = `continuing: ${collected.done} of ${unique.length} distinct texts are encoded already.`;
      report({ kind: "notice", message });
    }
    const encoding = keeping({ texts: unique, batches: plan.batches }, collected, partial);
    await encodeElsewhere?.(encoding);
    await encodeHere(encoder, plan, encoding, { collected, report, signal });
  } finally {
    await partial.close();
  }
  return collected.spread(texts.map((text) => numbers.get(text)));
}

/** What is put goes to disk first. */
function keeping(
  work: Pick<SharedEncoding, "texts" | "batches">,
  collected: Collected,
  partial: PartialVectors,
): SharedEncoding {
  const has = (batch: number) => collected.has(batch);
  const put = async (batch: number, vectors: Matrix) => {
    if (has(batch)) return;
    // What cannot stand beside the others must not be found there by the next call.
    collected.checkWidth(vectors);
    await partial.add(batch, vectors);
    collected.put(batch, vectors);
  };
  return { ...work, has, get: (batch) => collected.get(batch), put };
}

interface Here {
  readonly collected: Collected;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

async function encodeHere(
  encoder: PretrainedEncoder,
  plan: EncodingPlan,
  { texts, has, put }: SharedEncoding,
  { collected, report, signal }: Here,
): Promise<void> {
  const missing = plan.batches.map((_, batch) => batch).filter((batch) => !has(batch));
  const putAndTell = async (batch: number, vectors: Matrix) => {
    await put(batch, vectors);
    report({ kind: "step", stage: "embed", done: collected.done, total: texts.length, unit: "texts" });
  };
  await encodeBatches(encoder, plan, missing, { put: putAndTell, signal });
}

/** Of all that decides which vector stands in which record. Text by text: all of them may not fit into one string. */
function fingerprintOf(
  { kind, options }: Pick<PretrainedEncoder, "kind" | "options">,
  texts: readonly string[],
  plan: EncodingPlan,
): string {
  const hash = createHash("sha256").update(JSON.stringify([kind, options]));
  for (const text of texts) hash.update(JSON.stringify(text));
  for (const members of plan.batches) hash.update(JSON.stringify(members));
  return hash.digest("hex");
}

/** Vectors that cannot stand in one space. */
export class OtherWidthError extends OperationError {
  override readonly name: string = "OtherWidthError";

  /** @param kept File in which those of the expected width are kept. */
  constructor(expected: number, found: number, kept: string) {
    super(
      `encoder: vectors of ${expected} and of ${found} numbers; is it one model? Those of ${expected} are kept in ${kept}: delete it if the model has ${found}.`,
    );
  }
}

/** Vectors of the distinct texts as they come. */
class Collected {
  done = 0;
  private readonly finished = new Set<number>();
  /** Of the first vectors that came, before they are on disk: others that come meanwhile have to agree. */
  private width: number | undefined;
  private vectors: Matrix | undefined;

  constructor(
    private readonly plan: EncodingPlan,
    private readonly count: number,
    private readonly partialPath: string,
  ) {}

  has(batch: number): boolean {
    return this.finished.has(batch);
  }

  get(batch: number): Matrix | undefined {
    if (!this.finished.has(batch)) return undefined;
    const members = this.plan.batches[batch]!;
    const { columns } = this.vectors!;
    const out = matrix(members.length, columns);
    for (const [r, member] of members.entries()) out.data.set(row(this.vectors!, member), r * columns);
    return out;
  }

  /** @throws OtherWidthError for vectors of another width than those before. */
  checkWidth({ columns }: Pick<Matrix, "columns">): void {
    this.width ??= columns;
    if (columns !== this.width) throw new OtherWidthError(this.width, columns, this.partialPath);
  }

  /** Of an earlier call. Older versions kept several widths: those of another than the first are passed over. */
  takeKept(batch: number, vectors: Matrix): void {
    if (this.width === undefined || this.width === vectors.columns) this.put(batch, vectors);
  }

  put(batch: number, { rows, columns, data }: Matrix): void {
    const members = this.plan.batches[batch];
    if (members?.length !== rows || this.finished.has(batch)) return;
    this.checkWidth({ columns });
    this.vectors ??= matrix(this.count, columns);
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

interface Lanes {
  readonly put: SharedEncoding["put"];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Some batches of a plan, as many in flight as the encoder allows. Lanes take the next one until none is left; the
 * first error stops them all.
 * @throws as `encodeTexts`, and what `put` throws.
 */
export async function encodeBatches(
  encoder: Pick<PretrainedEncoder, "concurrency">,
  plan: EncodingPlan,
  batches: readonly number[],
  { put, signal }: Lanes,
): Promise<void> {
  // One iterator for all lanes: each takes the next batch from it.
  const pending = batches.values();
  const trouble = new AbortController();
  const stop = signal === undefined ? trouble.signal : AbortSignal.any([signal, trouble.signal]);
  const lane = async () => {
    for (const batch of pending) {
      if (signal?.aborted) {
        throw new CancelledError("stopped while encoding; finished batches are kept, run the same command to go on");
      }
      if (stop.aborted) return;
      await put(batch, await plan.encode(batch, stop));
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

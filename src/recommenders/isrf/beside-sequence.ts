// Backbone and sequence model need nothing of each other: where there are cores for both, the sequence model is trained
// in a process of its own meanwhile. Each gets its share of the threads, and is what it would be by so many alone.
import { ProcessEndedError, ProcessNotStartedError } from "../../base/errors.ts";
import type { TrainRequest, TrainResult } from "../definition.ts";
import { divisibleThreads } from "../divisible-threads.ts";
import { SEQUENCE } from "../part-folders.ts";
import type { PreparationStage } from "../training/preparation-clock.ts";
import type { IsrfOptions } from "./options.ts";
import { isLong, trainSequence } from "./sequence-part.ts";

export interface BackboneAndSequence {
  readonly backbone: TrainResult;
  readonly sequence?: TrainedSequence | undefined;
}

export interface TrainedSequence {
  readonly stage: PreparationStage;
  /** What of its time came after the backbone's. */
  readonly afterSeconds: number;
  /** Of the process that trained it, where it had one. */
  readonly apartBytes?: number | undefined;
}

type TrainBackbone = (request: TrainRequest) => Promise<TrainResult>;

/** Trains both, or the backbone alone where the options have no sequence model. */
export async function trainBesideSequence(
  request: TrainRequest,
  options: IsrfOptions,
  trainBackbone: TrainBackbone,
): Promise<BackboneAndSequence> {
  if (!options.witnessSequence) return { backbone: await trainBackbone(request) };
  const shares = sharesOf(request, options);
  if (shares !== undefined) return together(request, options, { trainBackbone, shares });
  const backbone = await trainBackbone(request);
  return { backbone, sequence: inTurn(await trainSequence(request, options)) };
}

interface Shares {
  readonly backbone: number;
  readonly sequence: number;
}

/** Threads of each; undefined where one comes after the other. */
function sharesOf(request: TrainRequest, options: IsrfOptions): Shares | undefined {
  const threads = divisibleThreads(request.compile, request.crew !== undefined);
  if (request.apart === undefined || threads < 2 || !isLong(request, options)) return undefined;
  const sequence = Math.floor(threads / 2);
  return { backbone: threads - sequence, sequence };
}

async function together(
  request: TrainRequest,
  options: IsrfOptions,
  { trainBackbone, shares }: { readonly trainBackbone: TrainBackbone; readonly shares: Shares },
): Promise<BackboneAndSequence> {
  const by = (threads: number) => ({ ...request, compile: { ...request.compile, threads } });
  let endedMs = 0;
  const [backbone, apart] = await bothOrNeither(
    request.signal,
    async (signal) => {
      const result = await trainBackbone({ ...by(shares.backbone), signal });
      endedMs = Date.now();
      return result;
    },
    (signal) => trainApart({ ...by(shares.sequence), signal }, options, shares.sequence),
  );
  // Its process was ended from outside, for want of memory perhaps: now it has the memory that the backbone had.
  const sequence = apart ?? (await trainSequence({ ...by(shares.sequence), resume: true }, options));
  const afterSeconds = (Date.now() - endedMs) / 1000;
  const stage = stageOf(sequence, apart === undefined ? "" : ", beside the backbone");
  return { backbone, sequence: { stage, afterSeconds, apartBytes: sequence.apartBytes } };
}

/** Undefined where its process was not started, or ended from outside, which is told. */
async function trainApart(
  request: TrainRequest,
  options: IsrfOptions,
  threads: number,
): Promise<TrainResult | undefined> {
  const { signal, report } = request;
  try {
    // There its events get the part's name.
    return await trainSequence(request, options, () => request.apart!(SEQUENCE, { threads, report, signal }));
  } catch (error) {
    const what = whatBecameOf(error);
    if (what === undefined || signal?.aborted) throw error;
    report({ kind: "warning", message: `${what}; --threads 1 starts no such process.` });
    return undefined;
  }
}

/** Of the process, where it is none of the training's fault. */
function whatBecameOf(error: unknown): string | undefined {
  if (error instanceof ProcessNotStartedError)
    return `no process could be started for the sequence model (${error.why}): it is trained here once the rest is`;
  if (error instanceof ProcessEndedError)
    return `the process of the sequence model ended by ${error.how} before it was done, as one does for which there is no memory. Its last checkpoint is kept, and it goes on here once the rest is trained`;
  return undefined;
}

/** One that fails stops the other, which keeps its last checkpoint. @throws what failed first. */
async function bothOrNeither<A, B>(
  signal: AbortSignal | undefined,
  first: (signal: AbortSignal) => Promise<A>,
  second: (signal: AbortSignal) => Promise<B>,
): Promise<[A, B]> {
  const trouble = new AbortController();
  const either = signal === undefined ? trouble.signal : AbortSignal.any([signal, trouble.signal]);
  let reason: { readonly error: unknown } | undefined;
  const told = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      reason ??= { error };
      trouble.abort();
      return undefined;
    });
  const results = await Promise.all([told(first(either)), told(second(either))]);
  if (reason !== undefined) throw reason.error;
  return results as [A, B];
}

function inTurn(result: TrainResult): TrainedSequence {
  return { stage: stageOf(result, ""), afterSeconds: result.summary.seconds };
}

function stageOf({ summary: { epoch, bestEpoch, seconds } }: TrainResult, where: string): PreparationStage {
  return { name: "sequence model", seconds, detail: `${epoch} epochs, the best ${bestEpoch}${where}` };
}

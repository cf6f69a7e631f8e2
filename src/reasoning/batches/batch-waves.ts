// Waves through a server's batch API: files are sent, waited for, and their results entered, each step written down
// before it is taken.
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { OperationError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Random } from "../../base/random.ts";
import type { Clock } from "../../servers/clock.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import type { WaveProgress } from "../reasoner.ts";
import type { BatchApi, RemoteBatch } from "./batch-api.ts";
import type { Batch, CallStore, Merged, Outcome } from "./call-store.ts";
import { type OutputFile, readOutput } from "./output-lines.ts";
import { PatientCalls } from "./patient-calls.ts";
import type { WaveFile } from "./wave-files.ts";

export interface BatchWavesOptions {
  readonly api: Pick<BatchApi, "server" | "secrets" | "upload" | "create" | "get" | "find" | "download">;
  readonly store: CallStore;
  readonly model: string;
  readonly clock: Clock;
  readonly giveUpMs: number;
  /** Draws how long to wait after failures. */
  readonly random: Random;
  /** Failures after which a call is not sent again. */
  readonly tries: number;
  /** Hears what a person should know. */
  readonly remark: (message: string) => void;
}

const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 60_000;
/** A batch that was made just before we were killed, or whose making we did not hear of, may not be listed at once. */
const LISTED_AFTER_MS = 2000;

const ENDED: readonly RemoteBatch["status"][] = ["completed", "failed", "expired", "cancelled"];

/** A batch of ours and what the server says of it. */
interface Looked {
  readonly batch: Batch;
  readonly remote: RemoteBatch;
}

export class BatchWaves {
  private readonly calls: PatientCalls;

  constructor(private readonly options: BatchWavesOptions) {
    this.calls = new PatientCalls(options.clock, options.giveUpMs, options.random);
  }

  get trouble(): string | undefined {
    return this.calls.trouble;
  }

  /** Enter a wave's files as batches to be sent. */
  enter(files: readonly WaveFile[]): void {
    const { store, api, model } = this.options;
    const ids = new Map(files.map((file) => [file.mark, file.ids]));
    const createdAt = new Date().toISOString();
    const batches = files.map(
      ({ mark, ids: { length } }): Batch => ({
        mark,
        stage: "written",
        server: api.server,
        model,
        requests: length,
        createdAt,
        fileId: null,
        batchId: null,
      }),
    );
    store.add(batches, (mark) => ids.get(mark)!);
  }

  /**
   * Send what is not sent, and wait for everything that is under way; returns how many calls have a result.
   * @throws OperationError where batches were refused or cancelled: whatever came back is kept.
   */
  async run(tell: (progress: WaveProgress) => void, signal: AbortSignal): Promise<number> {
    const open = this.options.store.open();
    this.checkServer(open);
    for (const batch of open) if (batch.stage !== "submitted") await this.submit(batch, signal);
    return this.collect(tell, signal);
  }

  /** Batches of another server cannot be asked for here. */
  private checkServer(open: readonly Batch[]): void {
    const { api } = this.options;
    const elsewhere = open.find(({ server }) => server !== api.server);
    if (elsewhere === undefined) return;
    throw new OperationError(
      `A batch of ${elsewhere.requests} requests is with ${elsewhere.server}, and OPENAI_BASE_URL is ${api.server}. ` +
        "Set it to the other address to get what was paid for there.",
    );
  }

  private async submit(batch: Batch, signal: AbortSignal): Promise<void> {
    const { api, store, clock } = this.options;
    const { mark } = batch;
    const fileId = batch.fileId ?? (await this.upload(mark, signal));
    store.update(mark, { stage: "submitting", fileId });
    if (batch.stage === "submitting" && (await this.adopt(batch, signal))) return;
    const made = await this.calls.make(async (tries) => {
      if (tries > 0) {
        // A try that failed may have made the batch all the same, and two would be paid for.
        await clock.sleep(LISTED_AFTER_MS, signal);
        const found = await api.find(mark, new Date(batch.createdAt), signal);
        if (found !== undefined) return found;
      }
      return api.create(fileId, mark, signal);
    }, signal);
    store.update(mark, { stage: "submitted", batchId: made.id });
  }

  private async upload(mark: string, signal: AbortSignal): Promise<string> {
    const { api, store } = this.options;
    try {
      return await this.calls.make(() => api.upload(join(store.folder, `${mark}.jsonl`), signal), signal);
    } catch (error) {
      if (!(error instanceof ProviderError) || error.trouble !== "refused" || !/status 40[45]/.test(error.message))
        throw error;
      throw new OperationError(
        `${error.message} This server may have no batch API. Write files with --batch-out DIR instead, such as \`vllm run-batch\` reads.`,
        { cause: error },
      );
    }
  }

  /** Finds a batch that was made while we were killed. */
  private async adopt({ mark, createdAt }: Batch, signal: AbortSignal): Promise<boolean> {
    const { api, store, clock } = this.options;
    for (const isLast of [false, true]) {
      const found = await this.calls.make(() => api.find(mark, new Date(createdAt), signal), signal);
      if (found !== undefined) {
        store.update(mark, { stage: "submitted", batchId: found.id });
        return true;
      }
      if (!isLast) await clock.sleep(LISTED_AFTER_MS, signal);
    }
    return false;
  }

  private async collect(tell: (progress: WaveProgress) => void, signal: AbortSignal): Promise<number> {
    const { store, clock, api } = this.options;
    const ended = new Map<string, RemoteBatch>();
    const counts = new Map<string, RemoteBatch>();
    const ofWave = store.open();
    let results = 0;
    for (let look = 0; ended.size < ofWave.length; look++) {
      if (look > 0) await clock.sleep(Math.min(FIRST_LOOK_MS * 2 ** (look - 1), LONGEST_LOOK_MS), signal);
      for (const batch of ofWave) {
        if (ended.has(batch.mark)) continue;
        const remote = await this.kept(() => api.get(batch.batchId!, signal), signal);
        counts.set(batch.mark, remote);
        if (!ENDED.includes(remote.status)) continue;
        results += await this.take({ batch, remote }, signal);
        ended.set(batch.mark, remote);
      }
      tell(progressOf(ofWave, counts));
    }
    this.checkEnds([...ended.values()], results);
    return results;
  }

  /** What the server keeps for us. @throws OperationError where it does not any more. */
  private async kept<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await this.calls.make(call, signal);
    } catch (error) {
      if (!(error instanceof ProviderError) || !/status 404/.test(error.message)) throw error;
      const { folder } = this.options.store;
      const todo = `With another key or address it may be found. Where it is gone for good, remove ${folder}: what was in batches is then asked again.`;
      throw new OperationError(`${error.message} ${todo}`, { cause: error });
    }
  }

  /** Enter what came back of a batch; returns how many calls have a result by it. */
  private async take(looked: Looked, signal: AbortSignal): Promise<number> {
    const { store, tries } = this.options;
    const { batch, remote } = looked;
    const outcomes: (readonly [string, Outcome])[] = [];
    let garbled = 0;
    for (const file of await this.fetch(looked, signal)) {
      for (const outcome of file.outcomes) outcomes.push(outcome);
      garbled += file.garbled;
    }
    // Nothing of a batch that the server would not take was tried: no call has failed by it.
    const merged = store.merge(batch.mark, outcomes, tries);
    for (const part of ["", ".output", ".errors"])
      rmSync(join(store.folder, `${batch.mark}${part}.jsonl`), { force: true });
    this.tellOf(remote, batch, merged, garbled);
    return merged.answered + merged.refused;
  }

  private async fetch({ batch, remote }: Looked, signal: AbortSignal): Promise<readonly OutputFile[]> {
    const { store, api } = this.options;
    const files: OutputFile[] = [];
    for (const [part, id] of [
      ["output", remote.output_file_id],
      ["errors", remote.error_file_id],
    ] as const) {
      if (!id) continue;
      const path = join(store.folder, `${batch.mark}.${part}.jsonl`);
      if (!(await exists(path))) await this.kept(() => api.download(id, path, signal), signal);
      files.push(await readOutput(path, api.secrets));
      await rm(path);
    }
    return files;
  }

  private tellOf({ id, status }: RemoteBatch, { requests }: Batch, merged: Merged, garbled: number): void {
    const { again, refused, duplicates, unknown } = merged;
    const parts = [
      again > 0 ? `${again} have to be asked again` : undefined,
      refused > 0 ? `${refused} failed` : undefined,
      duplicates > 0 ? `${duplicates} came twice` : undefined,
      unknown > 0 ? `${unknown} lines are about no request of it` : undefined,
      garbled > 0 ? `${garbled} lines cannot be read` : undefined,
    ].filter((part) => part !== undefined);
    if (status === "completed" && parts.length === 0) return;
    this.options.remark(`Batch ${id} ${status}, ${requests} requests: ${parts.join(", ") || "nothing is missing"}.`);
  }

  /** @throws OperationError where the next wave would fare no better. */
  private checkEnds(ends: readonly RemoteBatch[], results: number): void {
    const cancelled = ends.filter(({ status }) => status === "cancelled");
    if (cancelled.length > 0) {
      const names = cancelled.map(({ id }) => id).join(", ");
      throw new OperationError(
        `${names}: cancelled at the server. What came back is kept; run again to ask for the rest.`,
      );
    }
    if (results > 0) return;
    const words = ends.flatMap(({ errors }) => errors?.data ?? []).map(({ code, message }) => message ?? code);
    const why = words.length === 0 ? "" : ` It says: ${[...new Set(words)].join(" ")}`;
    const names = ends.map(({ id, status }) => `${id} ${status}`).join(", ");
    throw new OperationError(`No request of the last wave has an answer (${names}).${why} Run again to ask anew.`);
  }
}

function progressOf(batches: readonly Batch[], counts: ReadonlyMap<string, RemoteBatch>): WaveProgress {
  const states = new Map<string, number>();
  let done = 0;
  for (const { mark } of batches) {
    const { status, request_counts } = counts.get(mark)!;
    states.set(status, (states.get(status) ?? 0) + 1);
    done += (request_counts?.completed ?? 0) + (request_counts?.failed ?? 0);
  }
  const total = batches.reduce((sum, { requests }) => sum + requests, 0);
  return { done: Math.min(done, total), total, note: [...states].map(([status, n]) => `${n} ${status}`).join(", ") };
}

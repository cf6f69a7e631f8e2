// A language model that is asked in batches: the same questions, words and judgement as by calls, and another way for
// them to travel.
import { randomBytes } from "node:crypto";
import { copyFile, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { CancelledError, internal, UsageError } from "../../base/errors.ts";
import { sha256, writeDirectoryAtomic } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { ownDraws } from "../../servers/backoff.ts";
import { CLOCK, type Clock } from "../../servers/clock.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { AnswerDeferred } from "../answer-deferred.ts";
import { languageModelReasoner, type ReasonerOptions } from "../llm/language-model-reasoner.ts";
import { openAiWire, type Send } from "../llm/openai.ts";
import type { Reasoner, WaveProgress, Waves } from "../reasoner.ts";
import type { BatchApi } from "./batch-api.ts";
import { BatchWaves } from "./batch-waves.ts";
import { batchFolder, CallStore } from "./call-store.ts";
import { readNamedOutput } from "./output-lines.ts";
import { FILE_LIMITS, type FileLimits, WaveFiles } from "./wave-files.ts";

export interface BatchWays {
  /** The dataset's directory: what is under way lies beside its journal. */
  readonly directory: string;
  /** Who answers; absent: files are asked elsewhere. */
  readonly api?: BatchApi | undefined;
  /** A folder to be made for the files of the next wave. */
  readonly out?: string | undefined;
  /** Output files of an earlier wave. */
  readonly in?: readonly string[] | undefined;
  readonly limits?: FileLimits | undefined;
  readonly clock?: Clock | undefined;
}

/** @param model as in `--llm openai:MODEL`: answers are those of calls to it, and lie under the same keys. */
export function batchReasoner(model: string, options: ReasonerOptions, ways: BatchWays): Reasoner {
  const remarks: string[] = [];
  const travel = new Travel(model, options, ways, remarks);
  const provider = {
    ...openAiWire(model, options, {
      send: travel.send,
      place: ways.api?.server ?? "batch output",
      remark: (message) => remarks.push(message),
    }),
    isDeferred: true,
    // A file holds as many questions as there are: nobody waits for a turn.
    concurrency: 1,
  };
  const reasoner = languageModelReasoner(provider, { ...options, concurrency: 1 }, ways.clock, remarks);
  return {
    ...reasoner,
    // Nobody else is at the chains of a batch while its folder is locked.
    isCostly: false,
    note: () => undefined,
    trouble: () => travel.trouble,
    waves: travel,
  };
}

class Travel implements Waves {
  private store: CallStore | undefined;
  private wave: WaveFiles | undefined;
  private server: BatchWaves | undefined;

  constructor(
    private readonly model: string,
    private readonly options: ReasonerOptions,
    private readonly ways: BatchWays,
    /** What a person should know; grows. */
    private readonly remarks: string[],
  ) {}

  get trouble(): string | undefined {
    return this.server?.trouble;
  }

  readonly send: Send = async (body) => {
    const id = sha256(JSON.stringify(body));
    const call = this.opened.find(id);
    if (call?.kind === "answered") return call.reply;
    if (call?.kind === "refused") throw new ProviderError(call.trouble, call.message);
    const isOnItsWay = call?.kind === "sent" || this.wave?.has(id) === true;
    throw new AnswerDeferred(isOnItsWay ? undefined : () => this.gather(id, body));
  };

  async during<T>(work: () => Promise<T>): Promise<T> {
    const { directory, api, out, clock = CLOCK } = this.ways;
    const { model, options } = this;
    if (out !== undefined) await checkFree(out);
    const folder = batchFolder(directory);
    return withLock(join(directory, "reasoning", "batches.lock"), { command: "isrf reason --batch" }, async () => {
      using store = await CallStore.open(folder);
      this.store = store;
      const { giveUpMinutes, tries, seed } = options;
      const giveUpMs = giveUpMinutes * 60_000;
      const random = ownDraws(seed, "batch backoff");
      const remark = (message: string) => this.remarks.push(message);
      if (api !== undefined) {
        this.server = new BatchWaves({ api, store, model, clock, giveUpMs, random, tries, remark });
      }
      for (const path of this.ways.in ?? []) await this.take(path);
      return await work();
    });
  }

  get gathered(): number {
    return this.wave?.requests ?? 0;
  }

  get isIdle(): boolean {
    return this.gathered === 0 && (this.server === undefined || this.opened.pending === 0);
  }

  async next(tell: (progress: WaveProgress) => void, signal: AbortSignal): Promise<string | undefined> {
    const files = this.wave?.close() ?? [];
    const requests = this.gathered;
    this.wave = undefined;
    if (this.server === undefined) return this.hand(files, requests);
    this.server.enter(files);
    try {
      await this.server.run(tell, signal);
    } catch (cause) {
      if (!signal.aborted) throw cause;
      const message = "Reasoning was stopped; batches stay with the server. Run the same command to go on.";
      throw new CancelledError(message, { cause });
    }
    return undefined;
  }

  finish(): void {
    const { unused } = this.opened;
    if (unused > 0)
      this.remarks.push(
        `${unused} results in ${this.opened.folder} belong to no question of this run: other data, prompts, model or settings asked for them.`,
      );
    this.opened.clear();
  }

  private get opened(): CallStore {
    if (this.store === undefined) throw internal("a batch reasoner was asked outside its waves");
    return this.store;
  }

  private gather(id: string, body: unknown): void {
    if (this.wave === undefined) {
      const start = randomBytes(8).toString("hex");
      const nameOf = (number: number) => `${start}-${number + 1}`;
      this.wave = new WaveFiles(this.opened.folder, nameOf, this.ways.limits ?? FILE_LIMITS);
    }
    this.wave.add(id, body);
  }

  private async take(path: string): Promise<void> {
    const { outcomes, garbled } = await readNamedOutput(path);
    const { answered, again, refused, duplicates } = this.opened.take(outcomes, this.options.tries);
    const parts = [
      `${answered} answers`,
      refused > 0 ? `${refused} refusals` : undefined,
      again > 0 ? `${again} that have to be asked again` : undefined,
      duplicates > 0 ? `${duplicates} that were there already` : undefined,
      garbled > 0 ? `${garbled} lines that cannot be read` : undefined,
    ].filter((part) => part !== undefined);
    this.remarks.push(`${path}: ${parts.join(", ")}.`);
  }

  /** Files for somebody else to ask. */
  private async hand(files: readonly { readonly path: string }[], requests: number): Promise<string> {
    const { out } = this.ways;
    if (out !== undefined) {
      await writeDirectoryAtomic(out, async (temporary) => {
        for (const [number, { path }] of files.entries())
          await copyFile(path, join(temporary, `requests-${number + 1}.jsonl`));
      });
    }
    for (const { path } of files) await rm(path);
    if (out === undefined)
      return `${requests} requests are to be asked next: --batch-out DIR writes them, beside --batch-in.`;
    const names = files.map((_, number) => join(out, `requests-${number + 1}.jsonl`)).join(", ");
    return `${requests} requests are in ${names}. Have them answered (vllm run-batch -i FILE -o OUTPUT), then run again with --batch-in OUTPUT.`;
  }
}

/** Files of two waves in one folder would be asked twice. */
async function checkFree(out: string): Promise<void> {
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UsageError(`--batch-out ${out}: ${basename(out)} cannot be read as a folder (${error.code}).`);
  });
  if (entries.length > 0)
    throw new UsageError(
      `--batch-out ${out}: found files there, expected a new or empty folder. Every wave has one of its own.`,
    );
}

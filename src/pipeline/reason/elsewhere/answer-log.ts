// A worker's journal of one shard: in memory for the questions to come, in the object store for everyone else. Answers
// are put as soon as the store takes them, all that came meanwhile in one object, so that a worker that is killed
// loses only what was on its way.
import { setTimeout as sleep } from "node:timers/promises";
import { sha256 } from "../../../base/files.ts";
import type { ObjectStore } from "../../../objects/index.ts";
import {
  type AnswerStore,
  askedAgain,
  type JournalRecord,
  laterOf,
  parseRecords,
  type Reasoner,
  type Step,
} from "../../../reasoning/index.ts";

/** Between two objects, where each costs money: a bucket. */
const GATHER_MS = 250;

export interface LogPlace {
  readonly objects: ObjectStore;
  /** Where the shard's answers lie; ends in "/". */
  readonly folder: string;
  readonly round: number;
}

export class AnswerLog implements AnswerStore {
  private readonly known = new Map<string, JournalRecord>();
  private readonly byPrompt = new Map<string, Set<string>>();
  /** Questions that were put in this round, by whichever worker. */
  private readonly ofThisRound = new Set<string>();
  private waiting: JournalRecord[] = [];
  private writing: Promise<void> | undefined;
  private failure: unknown;

  private constructor(private readonly place: LogPlace) {}

  /** With what earlier rounds and workers of the shard have answered, and what was known before. */
  static async open(place: LogPlace, before: Iterable<JournalRecord>): Promise<AnswerLog> {
    const log = new AnswerLog(place);
    for (const record of before) log.learn(record);
    for await (const { round, records } of answersIn(place.objects, place.folder)) {
      for (const record of records) {
        log.learn(record);
        if (round === place.round) log.ofThisRound.add(record.key);
      }
    }
    return log;
  }

  find(key: string): JournalRecord | undefined {
    return this.known.get(key);
  }

  /** What was asked in the very words of a prompt, about whomever. */
  inWords(promptHash: string, step: Step, { kind, model }: Pick<Reasoner, "kind" | "model">): readonly JournalRecord[] {
    const keys = [...(this.byPrompt.get(promptHash) ?? [])];
    const records = keys.map((key) => this.known.get(key)!);
    return records.filter((one) => one.step === step && one.provider === kind && one.model === model);
  }

  /** Whether a question that has failed did so in this round, and is not to be put again. */
  readonly isOfThisRound = (key: string): boolean => this.ofThisRound.has(key);

  record(...entries: readonly JournalRecord[]): void {
    for (const entry of entries) {
      const stored = this.known.get(entry.key);
      const met = stored === undefined ? entry : askedAgain(stored, entry);
      if (met === undefined) continue;
      this.keep(met);
      this.ofThisRound.add(met.key);
      this.waiting.push(met);
    }
    this.writing ??= this.write();
  }

  /**
   * Until a folder has the answers so far, so that who waits before every question loses no more answers to a kill
   * than it has questions under way. A bucket, where every object costs, is not waited for.
   * @throws what the store refused.
   */
  async settle(): Promise<void> {
    if (!this.isBucket) await this.writing;
    this.flush();
  }

  /** @throws what the store refused. */
  flush(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private get isBucket(): boolean {
    return this.place.objects.address.startsWith("s3:");
  }

  /** Until everything is in the store. @throws OperationError where it refuses. */
  async close(): Promise<void> {
    await this.writing;
    this.flush();
  }

  /** What the questions of this round took, by whichever worker. */
  spent(): { calls: number; promptTokens: number; completionTokens: number } {
    const total = { calls: 0, promptTokens: 0, completionTokens: 0 };
    for (const key of this.ofThisRound) {
      const record = this.known.get(key)!;
      total.calls += record.calls;
      total.promptTokens += record.promptTokens;
      total.completionTokens += record.completionTokens;
    }
    return total;
  }

  private learn(record: JournalRecord): void {
    const stored = this.known.get(record.key);
    this.keep(stored === undefined ? record : laterOf(stored, record));
  }

  private keep(record: JournalRecord): void {
    this.known.set(record.key, record);
    const same = this.byPrompt.get(record.promptHash) ?? new Set();
    this.byPrompt.set(record.promptHash, same.add(record.key));
  }

  private async write(): Promise<void> {
    const { objects, folder, round } = this.place;
    try {
      while (this.waiting.length > 0) {
        const lines = this.waiting.map((record) => `${JSON.stringify(record)}\n`).join("");
        this.waiting = [];
        await objects.put(`${folder}${round}.${sha256(lines)}.jsonl`, Buffer.from(lines));
        if (this.isBucket) await sleep(GATHER_MS);
      }
    } catch (error) {
      this.failure = error;
    } finally {
      this.writing = undefined;
    }
  }
}

/**
 * The answers in a folder and in those within, object by object.
 * @throws DamagedObjectError; InputError for what is no answer.
 */
export async function* answersIn(objects: ObjectStore, folder: string): AsyncGenerator<PutAnswers> {
  let names: string[] = [];
  for await (const { name } of objects.list(folder)) {
    if (ANSWERS.test(name)) names.push(name);
    if (names.length < AT_ONCE) continue;
    yield* await readAll(objects, names);
    names = [];
  }
  yield* await readAll(objects, names);
}

const ANSWERS = /([^/]+)\/(\d+)\.[0-9a-f]{64}\.jsonl$/;
/** Objects are small and far away. */
const AT_ONCE = 16;

/** What one object holds. */
export interface PutAnswers {
  /** `items-0-100` */
  readonly shard: string;
  readonly round: number;
  readonly records: readonly JournalRecord[];
}

function readAll(objects: ObjectStore, names: readonly string[]): Promise<PutAnswers[]> {
  const read = names.map(async (name) => {
    const [, shard = "", round] = ANSWERS.exec(name)!;
    return { shard, round: Number(round), records: await readAnswers(objects, name) };
  });
  return Promise.all(read);
}

/** @throws as `answersIn`. */
export async function readAnswers(objects: ObjectStore, name: string): Promise<JournalRecord[]> {
  return [...parseRecords(Buffer.from(await objects.get(name)).toString(), name)];
}

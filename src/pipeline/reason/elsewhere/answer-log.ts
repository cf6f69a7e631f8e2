// A worker's journal of one shard: in memory for the questions to come, in the object store for everyone else.
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
  type Taken,
} from "../../../reasoning/index.ts";
import { GatheredWrites } from "../../work/gathered-writes.ts";

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
  private readonly writes: GatheredWrites<JournalRecord>;

  private constructor({ objects, folder, round }: LogPlace) {
    this.writes = new GatheredWrites(objects, (records) => {
      const lines = records.map((record) => `${JSON.stringify(record)}\n`).join("");
      return objects.put(`${folder}${round}.${sha256(lines)}.jsonl`, Buffer.from(lines));
    });
  }

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
      this.writes.add(met);
    }
  }

  /** Before the next question. @throws as `GatheredWrites.settle`. */
  settle(): Promise<void> {
    return this.writes.settle();
  }

  /** @throws what the store refused. */
  flush(): void {
    this.writes.check();
  }

  /** Until everything is in the store. @throws OperationError where it refuses. */
  close(): Promise<void> {
    return this.writes.close();
  }

  /** What the questions of this round took, by whichever worker. */
  spent(): Pick<Taken, "calls" | "promptTokens" | "cachedTokens" | "completionTokens"> {
    const total = { calls: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
    for (const key of this.ofThisRound) {
      const record = this.known.get(key)!;
      total.calls += record.calls;
      total.promptTokens += record.promptTokens;
      total.cachedTokens += record.cachedTokens;
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

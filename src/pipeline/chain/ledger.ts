// What the stages of a chain have made so far, in one file: a stage whose inputs and options are what they were, and
// whose work is still whole, is not done again; one that was killed goes on. The file is written before a stage begins
// and after it ends, so that whatever is killed when, it tells no more than what is there.
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { readSealedJson, writeSealedJson } from "../../base/sealed-json.ts";
import type { ReportStage } from "../report/index.ts";

/** What a stage's work depends on, under names that people know: `{ "orders.csv": "5f0e...", "--k-core": "5" }`. */
export type Facts = Readonly<Record<string, string>>;

const factsSchema = z.record(z.string(), z.string());

const stageSchema = z.object({
  facts: factsSchema,
  detail: z.string(),
  seconds: z.number(),
  /** What later stages need of it; plain values. */
  result: z.unknown(),
});

const ledgerSchema = z.object({
  format: z.literal(1),
  kind: z.string(),
  productVersion: z.string(),
  /** The stage that is being done, or was when all ended. */
  begun: z.object({ stage: z.string(), facts: factsSchema }).optional(),
  stages: z.record(z.string(), stageSchema),
});

type LedgerRecord = z.infer<typeof ledgerSchema>;

export interface Stage<T> {
  readonly name: string;
  readonly facts: Facts;
  /** @throws InputError, or gives false, when what was made is no longer there as it was. */
  isWhole(result: T): Promise<boolean>;
  /** Do it, or go on with what was begun under the same facts; the result holds plain values. */
  work(how: "anew" | "goes on"): Promise<T>;
  /** What it did, in words. */
  detail(result: T): string;
}

const START_ANEW = "Name another --out, or remove this folder.";

export class Ledger {
  private readonly file: string;
  private readonly report: Report;
  private readonly started = performance.now();
  private readonly done: ReportStage[] = [];
  private record: LedgerRecord;
  /** Stages of this call that were not skipped. */
  private worked = 0;

  private constructor(file: string, record: LedgerRecord, report: Report) {
    this.file = file;
    this.record = record;
    this.report = report;
  }

  /** An empty one, in place of what was there. */
  static async begin(file: string, kind: string, report: Report = silent): Promise<Ledger> {
    const record = { format: 1 as const, kind, productVersion: productVersion(), stages: {} };
    await writeSealedJson(file, record);
    return new Ledger(file, record, report);
  }

  /** The one that is there, else an empty one. @throws InputError for a file that is damaged or of another kind. */
  static async open(file: string, kind: string, report: Report = silent): Promise<Ledger> {
    if (!(await exists(file))) return Ledger.begin(file, kind, report);
    const { value } = await readSealedJson(file, START_ANEW);
    const parsed = ledgerSchema.safeParse(value);
    if (!parsed.success || parsed.data.kind !== kind) {
      throw new InputError({ where: file, found: "another file", expected: `a record of ${kind}`, todo: START_ANEW });
    }
    return new Ledger(file, parsed.data, report);
  }

  /** In the order in which they were asked for; of a skipped one, what it once did and took. */
  get stages(): readonly ReportStage[] {
    return this.done;
  }

  /** Since it was opened. */
  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }

  /** Whether any stage was done since it was opened. */
  get hasWorked(): boolean {
    return this.worked > 0;
  }

  /** What the stage gives: what it gave before where that still holds. */
  async stage<T>(stage: Stage<T>): Promise<T> {
    const before = this.record.stages[stage.name];
    if (before !== undefined && (await this.holds(stage, before))) {
      this.done.push({ name: stage.name, seconds: before.seconds, detail: before.detail });
      this.report({ kind: "done", stage: stage.name, detail: `as before: ${before.detail}`, seconds: 0 });
      return before.result as T;
    }
    const { begun } = this.record;
    const goesOn = begun?.stage === stage.name && changesBetween(begun.facts, stage.facts).length === 0;
    await this.write({ ...this.record, begun: { stage: stage.name, facts: stage.facts } });
    const started = performance.now();
    const result = await stage.work(goesOn ? "goes on" : "anew");
    const seconds = (performance.now() - started) / 1000;
    const detail = stage.detail(result);
    const made = { facts: stage.facts, detail, seconds, result };
    await this.write({ ...this.record, begun: undefined, stages: { ...this.record.stages, [stage.name]: made } });
    this.worked++;
    this.done.push({ name: stage.name, seconds, detail });
    this.report({ kind: "done", stage: stage.name, detail, seconds });
    return result;
  }

  private async holds<T>(stage: Stage<T>, before: LedgerRecord["stages"][string]): Promise<boolean> {
    const changes = changesBetween(before.facts, stage.facts);
    if (changes.length > 0) {
      this.tell(`${stage.name}: done again, because ${changes.join("; ")}.`);
      return false;
    }
    try {
      if (await stage.isWhole(before.result as T)) return true;
      this.tell(`${stage.name}: done again, because what it made has changed or is gone.`);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.tell(`${stage.name}: done again, because what it made is not whole. ${error.message}`);
    }
    return false;
  }

  private tell(message: string): void {
    this.report({ kind: "notice", message });
  }

  private async write(record: LedgerRecord): Promise<void> {
    await writeSealedJson(this.file, record);
    this.record = record;
  }
}

/** Longer values are hashes, and tell people nothing. */
const LONGEST_SHOWN = 24;

/** "the texts", "the vectors". */
function isMany(name: string): boolean {
  return /^the \w+s$/.test(name);
}

/** What differs, in words: "orders.csv has changed", "--k-core was 5 and is 3". */
function changesBetween(before: Facts, now: Facts): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names.flatMap((name) => {
    const [was, is] = [before[name], now[name]];
    if (was === is) return [];
    if ((was ?? "").length > LONGEST_SHOWN || (is ?? "").length > LONGEST_SHOWN) {
      if (was === undefined) return [`${name} is new`];
      if (is === undefined) return [`${name} ${isMany(name) ? "are" : "is"} no longer given`];
      return [`${name} ${isMany(name) ? "have" : "has"} changed`];
    }
    return [`${name} was ${was ?? "not given"} and is ${is ?? "not given"}`];
  });
}

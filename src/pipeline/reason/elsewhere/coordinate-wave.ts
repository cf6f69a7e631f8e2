// Reasoning by workers: shards of subjects are given out as jobs, items before users, whose questions quote them. The
// answers come by the object store into the dataset's journal, where nothing is asked twice.
import { OperationError } from "../../../base/errors.ts";
import { sha256 } from "../../../base/files.ts";
import { asJson, type Json } from "../../../jobs/index.ts";
import type { ObjectStore } from "../../../objects/index.ts";
import { type BudgetLimits, BudgetReached, costOf, type JournalRecord, type Prices } from "../../../reasoning/index.ts";
import type { ShardJob } from "../../work/coordinate.ts";
import type { Workforce } from "../../work/workplace.ts";
import { allowances, remaining } from "./allowances.ts";
import { answersIn } from "./answer-log.ts";
import {
  answersFolder,
  folderOfRun,
  REASON_JOB,
  type ReasonShard,
  type ShardResult,
  shardResultSchema,
} from "./messages.ts";
import { type OpenShard, openShards, sizeOfWave, type WaveFacts } from "./shards.ts";
import type { Taking } from "./taking.ts";

export interface RunPlace {
  readonly workforce: Workforce;
  readonly objects: ObjectStore;
  /** Its address on this machine; null: workers elsewhere have their own. */
  readonly address: string | null;
  /** Names all that decides what is asked. */
  readonly run: string;
  /** Name of the object that tells workers what to do. */
  readonly spec: string;
  /** Subjects of a shard. */
  readonly shardSize: number;
  readonly budget: BudgetLimits;
  readonly prices: Prices;
}

/**
 * Has a wave's open questions asked by workers, and takes the answers into the journal.
 * @throws BudgetReached when the budget does not allow all of them; CancelledError when stopped; OperationError when
 *   the stores fail, shards were set aside, or no model answers as it should. What was answered is in the journal.
 */
export async function coordinateWave(place: RunPlace, facts: WaveFacts, taking: Taking): Promise<void> {
  const wave = new CoordinatedWave(place, facts, taking);
  await wave.takeAll();
  for (;;) {
    const shards = await openShards(facts, place.shardSize);
    if (shards.length === 0) return;
    const before = taking.calls;
    const spent = await wave.giveOut(shards);
    if (spent === undefined) return;
    // What some shards did not spend is shared out again, as long as that leads on.
    if (taking.calls === before) throw new BudgetReached(spent);
  }
}

class CoordinatedWave {
  /** Of each shard, the last round that answers are there of. */
  private readonly lastRounds = new Map<string, number>();

  constructor(
    private readonly place: RunPlace,
    private readonly facts: WaveFacts,
    private readonly taking: Taking,
  ) {}

  /** What workers put while nobody listened. */
  async takeAll(): Promise<void> {
    const { objects, run } = this.place;
    for await (const { shard, round, records } of answersIn(objects, `${folderOfRun(run)}answers/`)) {
      if (!shard.startsWith(`${this.facts.wave}-`)) continue;
      this.take(records);
      this.lastRounds.set(shard, Math.max(round, this.lastRounds.get(shard) ?? 0));
    }
  }

  /** Until all that may be asked was asked; why not all of it could be, where the budget is used up. */
  async giveOut(open: readonly OpenShard[]): Promise<string | undefined> {
    const shards = await this.jobsOf(open);
    const results: ShardResult[] = [];
    const before = (this.facts.reached ?? sizeOfWave(this.facts)) - shards.reduce((sum, { size }) => sum + size, 0);
    const take = async ({ payload }: ShardJob, result: Json) => {
      await this.takeShard(payload as unknown as ReasonShard);
      const parsed = shardResultSchema.parse(result);
      if (parsed.halted !== undefined) throw new OperationError(parsed.halted);
      results.push(parsed);
      return true;
    };
    const note = () => this.taking.words(this.place.prices);
    try {
      await this.place.workforce.handOut({ shards, stage: "reason", unit: this.facts.wave, before, note, take });
    } catch (error) {
      // Paid for, also where the shard was not done.
      await this.takeAll().catch(() => {});
      throw error;
    }
    const stopped = results.find((result) => result.stopped !== undefined)?.stopped;
    return stopped ?? (shards.length < open.length ? "The budget does not allow another call." : undefined);
  }

  /** A job for every shard that the budget leaves something for. */
  private async jobsOf(open: readonly OpenShard[]): Promise<ShardJob[]> {
    const features = await this.putFeatures();
    const weights = open.map((shard) => shard.open);
    const shares = allowances(this.leftOfBudget(), weights);
    const jobs: ShardJob[] = [];
    for (const [n, shard] of open.entries()) {
      const allowance = shares[n];
      if (allowance !== undefined) jobs.push(await this.jobOf(shard, { ...features, allowance }));
    }
    return jobs;
  }

  private leftOfBudget(): BudgetLimits {
    const { budget, prices } = this.place;
    const { calls, promptTokens, cachedTokens, completionTokens } = this.taking;
    const cost = costOf({ promptTokens, cachedTokens, completionTokens }, prices);
    return remaining(budget, { calls, tokens: promptTokens + completionTokens, cost });
  }

  /** Texts that questions of users quote. */
  private async putFeatures(): Promise<Pick<ReasonShard, "features">> {
    const { objects, run } = this.place;
    const { wave, dataset, features } = this.facts;
    if (wave === "items") return {};
    const texts = JSON.stringify(Array.from(dataset.items, (_, i) => features[i] ?? null));
    const name = `${folderOfRun(run)}features/${sha256(texts)}.json`;
    await objects.putOnce(name, Buffer.from(texts));
    return { features: name };
  }

  /** A shard that was given out before and is done has another round; one that is not is found again by its name. */
  private async jobOf(
    { from, to, skip, known }: OpenShard,
    more: Pick<ReasonShard, "features" | "allowance">,
  ): Promise<ShardJob> {
    const { workforce, objects, address, run, spec } = this.place;
    const { wave } = this.facts;
    const what = { run, objects: address, spec, wave, from, to, skip: [...skip], ...more };
    for (let round = 0; ; round++) {
      const name = jobName({ ...what, round });
      const [job] = await workforce.store.find([`${REASON_JOB}.${name}`]);
      // One that is done, or was and is forgotten by now, had its turn.
      const hadIt = job === undefined && round <= (this.lastRounds.get(`${wave}-${from}-${to}`) ?? -1);
      if (job?.state === "done" || hadIt) continue;
      const shard: ReasonShard = { ...what, round };
      const size = to - from - skip.length;
      if (job !== undefined || known.length === 0) return { name, payload: asJson(shard), size };
      const text = known.map((record) => `${JSON.stringify(record)}\n`).join("");
      const at = `${folderOfRun(run)}known/${sha256(text)}.jsonl`;
      await objects.putOnce(at, Buffer.from(text));
      return { name, payload: asJson({ ...shard, known: at }), size };
    }
  }

  private async takeShard(shard: ReasonShard): Promise<void> {
    const { objects } = this.place;
    for await (const { records } of answersIn(objects, answersFolder(shard))) this.take(records);
  }

  private take(records: readonly JournalRecord[]): void {
    const { journal } = this.facts;
    for (const record of records) this.taking.count(record, journal.entry(record.key));
    journal.merge(records);
  }
}

function jobName(shard: Omit<ReasonShard, "allowance" | "spec">): string {
  const { run, objects, wave, from, to, round, features } = shard;
  // Another place, or other texts that questions quote, is another job.
  const rest = sha256(JSON.stringify([objects, features])).slice(0, 8);
  return `${run}-${rest}-${wave}-${from}-${to}-${round}`;
}

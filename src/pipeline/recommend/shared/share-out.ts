// Answers by many processes in one file: hands out shards of users, takes them in order, and joins them.
import { UsageError } from "../../../base/errors.ts";
import { exists, sha256 } from "../../../base/files.ts";
import { type ObjectStore, openObjects } from "../../../objects/index.ts";
import type { Staleness } from "../../../runs/later-version.ts";
import type { OpenRun } from "../../../runs/run.ts";
import { withRun } from "../../../runs/with-run.ts";
import { shardsAfter, shardsOf, type UserShard } from "../../work/block-shards.ts";
import { Workforce, type Workplace, wantsWorkers, workplaceOf } from "../../work/workplace.ts";
import { inPartsFolder, Parts, type Plan } from "../parts.ts";
import { planOf } from "../plan.ts";
import { openPanel } from "../recommend-each.ts";
import type { Settled } from "../settled.ts";
import { finish, type WrittenAnswers } from "../written-answers.ts";
import { objectsBeside } from "./own-share.ts";
import { placedQuestion } from "./question.ts";
import { planHash, ShardFiles, shardName } from "./shard-files.ts";
import { RECOMMEND_JOB, type RecommendPayload } from "./shard-kind.ts";

/** What is to be done, without what would do it. */
interface Outline {
  readonly plan: Plan;
  readonly users: number;
  readonly block: number;
  readonly dataset: string;
  readonly stale: Staleness | undefined;
}

/** Whether others take part, or took part before this command. */
export async function isShared(settled: Settled): Promise<boolean> {
  return wantsWorkers(settled) || (await exists(objectsBeside(settled.out)));
}

/** @throws as `recommendToFile`. */
export async function shareOut(run: string | OpenRun, settled: Settled): Promise<WrittenAnswers> {
  if (typeof run !== "string") throw new UsageError("recommend: workers open the run by its directory: name that.");
  const started = performance.now();
  const workplace = workplaceOf(settled, Parts.place(settled.out));
  // Closed before workers start: each of them holds the model as well.
  const outline = await withRun(run, settled, (opened) => outlineOf(opened, settled), {
    acceptsLater: true,
    addedItems: true,
  });
  return inPartsFolder(settled.out, async () => {
    const parts = await Parts.open(settled.out, outline.plan, settled.overwrite);
    const objects = await openObjects(workplace.objects);
    try {
      const files = new ShardFiles(objects, outline.plan);
      const shards = shardsOf(outline.users, outline.block);
      const taker = new Taker(parts, files, shardsAfter(parts.done, shards));
      await taker.take(await files.done());
      const resumedAt = parts.done;
      const { report } = settled;
      if (resumedAt > 0)
        report({ kind: "notice", message: `Going on after ${resumedAt} users, whose answers are kept.` });
      await answerMissing(run, outline, workplace, { taker, files, objects }, settled);
      const written = await finish(parts, { ...settled, resumedAt, started, stale: outline.stale });
      if (workplace.isElsewhere) await files.clear();
      return written;
    } finally {
      objects.close();
    }
  });
}

async function outlineOf(opened: OpenRun, settled: Settled): Promise<Outline> {
  const panel = await openPanel(opened, settled);
  return {
    plan: await planOf(opened, panel, settled),
    users: panel.people.length,
    block: panel.answers.block,
    dataset: settled.dataset ?? opened.dataset.directory,
    stale: opened.later?.staleness,
  };
}

/** Takes shards as they are done, and keeps them as parts in their order. */
class Taker {
  private readonly parts: Parts;
  private readonly files: ShardFiles;
  private readonly ready = new Set<string>();
  private left: readonly UserShard[];

  constructor(parts: Parts, files: ShardFiles, shards: readonly UserShard[]) {
    this.parts = parts;
    this.files = files;
    this.left = shards;
  }

  /** Shards that are not done. */
  get missing(): readonly UserShard[] {
    return this.left.filter((shard) => !this.ready.has(shardName(shard)));
  }

  /** All shards of which it holds. */
  async take(isDone: (shard: UserShard) => boolean): Promise<void> {
    for (const shard of this.left) if (isDone(shard)) this.ready.add(shardName(shard));
    while (this.left.length > 0 && this.ready.has(shardName(this.left[0]!))) {
      const [shard, ...rest] = this.left;
      const { text, tally } = await this.files.get(shard!);
      await this.parts.add(text, shard!.to, tally);
      this.left = rest;
    }
  }

  /** False when its answers are not there. */
  async takeOne(shard: UserShard): Promise<boolean> {
    if (!(await this.files.has(shard))) return false;
    await this.take((each) => each.from === shard.from);
    return true;
  }
}

async function answerMissing(
  run: string,
  { plan, users, dataset }: Outline,
  workplace: Workplace,
  { taker, files, objects }: { readonly taker: Taker; readonly files: ShardFiles; readonly objects: ObjectStore },
  settled: Settled,
): Promise<void> {
  const { missing } = taker;
  if (missing.length === 0) return;
  const { objects: address, isElsewhere } = workplace;
  const { threads, report, signal } = settled;
  const question = await placedQuestion({ run, dataset }, settled, isElsewhere ? objects : undefined);
  const payload: Omit<RecommendPayload, "from" | "to"> = {
    plan: planHash(plan),
    question: await files.putQuestion(question),
    objects: isElsewhere ? null : address,
  };
  // The same shard for another place is another job.
  const place = sha256(address).slice(0, 6);
  const byName = new Map(missing.map((shard) => [`${planHash(plan)}-${place}-${shardName(shard)}`, shard]));
  const shards = Array.from(byName, ([jobName, { from, to }]) => ({
    name: jobName,
    payload: { ...payload, from, to },
    size: to - from,
  }));
  const work = { kind: RECOMMEND_JOB, most: shards.length, threads, report, signal };
  const workforce = await Workforce.open(workplace, work);
  try {
    await workforce.handOut({
      shards,
      stage: "recommend",
      unit: "users",
      before: users - shards.reduce((sum, { size }) => sum + size, 0),
      take: (shard) => taker.takeOne(byName.get(shard.name)!),
    });
  } finally {
    await workforce.close();
  }
}

// One share of many, fixed beforehand: for schedulers that start numbered processes, without a queue. The same command
// without `--shard` puts the shares together, and does what is missing.
import { join, resolve } from "node:path";
import { UsageError } from "../../../base/errors.ts";
import { stoppable } from "../../../base/stopping.ts";
import { shardFrom, shareOf } from "../../../jobs/index.ts";
import { isObject, openObjects } from "../../../objects/index.ts";
import { withRun } from "../../../runs/with-run.ts";
import { shardsOf } from "../../work/block-shards.ts";
import { Parts } from "../parts.ts";
import { planOf } from "../plan.ts";
import { openPanel } from "../recommend-each.ts";
import { type RecommendToFileOptions, settle } from "../settled.ts";
import { answerShard } from "./answer-shard.ts";
import { ShardFiles } from "./shard-files.ts";

export interface WrittenShare {
  /** From 1. */
  readonly shard: number;
  readonly shards: number;
  readonly users: number;
  /** Where the answers lie until they are put together. */
  readonly objects: string;
}

/** Where shards lie beside `out` when no other place is named. */
export function objectsBeside(out: string): string {
  return join(resolve(Parts.place(out)), "objects");
}

/**
 * Answer the users of the share that `shard` names.
 * @param env Holds the number that a scheduler gave, for `auto`.
 * @throws as `recommendToFile`; UsageError for a share that is none.
 */
export async function recommendShare(
  run: string,
  options: RecommendToFileOptions,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<WrittenShare> {
  const settled = settle(options);
  const { out, signal, report, format, top } = settled;
  const shard = shardFrom(settled, env);
  if (shard === undefined) throw new UsageError("--shard names no share: expected I/N or auto.");
  if (settled.queue !== undefined || settled.workers !== undefined) {
    throw new UsageError("--shard divides the work beforehand: leave --queue and --workers out.");
  }
  if (isObject(out) && settled.objects === undefined)
    throw new UsageError(
      "--shard with an --out on S3 needs --objects ADDRESS, where all shares lie until they are one.",
    );
  const address = settled.objects ?? objectsBeside(out);
  const work = async (): Promise<WrittenShare> => {
    const objects = await openObjects(address);
    try {
      return await withRun(
        run,
        options,
        async (opened) => {
          const panel = await openPanel(opened, options);
          const files = new ShardFiles(objects, await planOf(opened, panel, settled));
          const all = shardsOf(panel.people.length, panel.answers.block);
          const { from, to } = shareOf(all.length, shard);
          const own = all.slice(from, to);
          const users = own.reduce((sum, each) => sum + each.to - each.from, 0);
          const first = own[0]?.from ?? 0;
          const told: typeof report = (event) =>
            report(event.kind === "step" ? { ...event, done: event.done - first, total: users } : event);
          for (const each of own) await answerShard(panel, each, files, { format, top, report: told, signal });
          return { shard: shard.index + 1, shards: shard.count, users, objects: objects.address };
        },
        { acceptsLater: true, addedItems: true },
      );
    } finally {
      objects.close();
    }
  };
  return stoppable(signal, `${out}: stopped; whole shards are kept in ${address}. The same command goes on.`, work);
}

// The answers of one shard, as one process would have written them.
import type { Report } from "../../../base/progress.ts";
import type { UserShard } from "../../work/block-shards.ts";
import type { Tally } from "../parts.ts";
import { answerBlocks, type Panel } from "../recommend-each.ts";
import { ROW_TEXTS } from "../row-formats.ts";
import type { FileFormat } from "../settings.ts";
import { tallyOf, totals } from "../tally.ts";
import type { ShardFiles } from "./shard-files.ts";

export interface AnswerShardOptions {
  readonly format: FileFormat;
  /** Length of a list. */
  readonly top: number;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** Answers the users of a shard and puts them where they belong; nothing where they are there. */
export async function answerShard(
  { people, answers }: Pick<Panel, "people" | "answers">,
  shard: UserShard,
  files: ShardFiles,
  { format, top, report, signal }: AnswerShardOptions,
): Promise<void> {
  if (await files.has(shard)) return;
  const text: string[] = [];
  const tallies: Tally[] = [];
  const panel = { people: people.slice(0, shard.to), answers };
  for await (const block of answerBlocks(panel, shard.from, { report, signal })) {
    for (const answer of block) {
      text.push(ROW_TEXTS[format].of(answer));
      tallies.push(tallyOf(answer, top));
    }
  }
  await files.put(shard, text.join(""), totals(tallies));
}

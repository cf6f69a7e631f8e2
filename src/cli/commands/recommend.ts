import type { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import type { Recommendations, RowText, WrittenAnswers, WrittenShare } from "../../pipeline/recommend/index.ts";
import { recommendCommandSettings } from "../../pipeline/recommend/settings.ts";
import { refuseUnread } from "../beside.ts";
import { type CommandContext, type CommandOutput, defineCommand, exact, type OutputPiece } from "../command.ts";
import { formatRate, formatSeconds } from "../rate.ts";
import { recommendationsText } from "../recommendation-text.ts";
import { printable } from "../text.ts";

export const recommendCommand = defineCommand({
  path: ["recommend"],
  summary: "recommend items to one user, to several, or to all",
  description:
    "sequential: what comes next, out of everything the user does not have; the history is all the dataset knows of the user, held-out items included. direct: the candidates in order; without --candidates 100 unseen items are drawn by the run's seed.\n\n" +
    "A user whom the run does not know is answered by what the import left out or by --history: by the run's own model where it needs no row of the user (isrf in presets tiny and mini, stacked, sasrec and its relatives, gru4rec, bert4rec, fdsa), else by item-knn; without a history by popularity. The answer says which. An id that is almost a known one is refused.\n\n" +
    "Filters (--only, --not, --exclude, --available) narrow what is searched, so that lists stay as long as asked for. Many users are answered in blocks; with --out the file appears when it is whole, and the same command goes on after a kill.\n\n" +
    "--workers N shares the users among processes of this machine, --queue among every `isrf worker`; --shard 3/8 answers a share that is fixed beforehand, and the same command without it puts the shares together. The file is the same byte for byte.",
  examples: [
    "isrf recommend run --user 4711 --top 10",
    "isrf recommend run --user 4711 --only category=tea --only price=5..20 --exclude B001,B002",
    "isrf recommend run --user 4711 --add B003,B004",
    "isrf recommend run --user 4711 --task direct --candidates B001,B002,B003",
    "isrf recommend run --history B001,B002",
    "isrf recommend run --all-users --available stock.csv --out answers.csv",
    "isrf recommend run --all-users --out answers.parquet --workers 4",
    "isrf recommend run --all-users --out answers.csv --queue redis://10.0.0.5:6379 --objects s3://shop/isrf",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: recommendCommandSettings,
  async run({ arguments: { run }, options }, context): Promise<CommandOutput> {
    refuseMixed(options, context);
    const { report, signal } = context;
    const { ROW_TEXTS, recommend, recommendEach, recommendShare, recommendToFile } = await import(
      "../../pipeline/recommend/index.ts"
    );
    const { history, add, format, out, overwrite, partSeconds, workers, queue, objects, shard, ...rest } = options;
    const { user = [], usersFile, usersColumn, allUsers, ...shared } = rest;
    const people = { user, usersFile, usersColumn, allUsers };
    const settings = { ...shared, report, signal };
    if (out !== undefined) {
      const file = { out, overwrite, partSeconds, format: format === "table" ? undefined : format };
      const shared = { ...settings, ...people, ...file, workers, queue, objects, shard };
      if (shard !== undefined) {
        const share = await recommendShare(run, exact(shared));
        return { json: share, text: shareText(share) };
      }
      const written = await recommendToFile(run, exact(shared));
      return { json: written, text: writtenText(written) };
    }
    const text = format === undefined || format === "table" ? TABLE : ROW_TEXTS[format];
    const isData = text !== TABLE;
    if (isOfOne(options)) {
      const answer = await recommend(run, exact({ ...settings, user: user[0], history, add }));
      return { json: answer, text: (text.head + text.of(answer)).trimEnd(), isData };
    }
    const heard = text === TABLE ? withoutSteps(report) : report;
    const answers = recommendEach(run, exact({ ...settings, ...people, report: heard }));
    return { json: undefined, text: "", pieces: piecesOf(answers, text), isData };
  },
});

type Options = z.output<typeof recommendCommandSettings>;

/** One person, of whom more may be said than an id. */
function isOfOne({ user = [], usersFile, allUsers, history, add }: Options): boolean {
  const isNamedAlone = user.length === 1 && !user[0]!.includes(",");
  return usersFile === undefined && !allUsers && (isNamedAlone || (user.length < 2 && (history ?? add) !== undefined));
}

function refuseMixed(options: Options, context: CommandContext): void {
  const { history, add, format, out, usersFile } = options;
  refuseUnread(context, [
    { flag: "--out", isGiven: out !== undefined, options: ["overwrite", "partSeconds"] },
    { flag: "--users-file", isGiven: usersFile !== undefined, options: ["usersColumn"] },
  ]);
  if ((history ?? add) !== undefined) {
    if (!isOfOne(options))
      throw new UsageError("--history and --add are of one person: name one --user beside them, or none.");
    if (out !== undefined)
      throw new UsageError("--history and --add go with an answer on the screen; leave --out out.");
  }
  const sharing = (["workers", "queue", "objects", "shard"] as const).find((name) => options[name] !== undefined);
  if (out === undefined && sharing !== undefined)
    throw new UsageError(`--${sharing} shares the work on a file: name one by --out FILE.`);
  if (out === undefined && format === "parquet")
    throw new UsageError("--format parquet is no text: name a file by --out FILE.");
  if (out !== undefined && format === "table")
    throw new UsageError("--format table is for a screen; --out takes csv, jsonl or parquet.");
}

const TABLE: RowText = { head: "", of: (answer) => `${recommendationsText(answer)}\n` };

async function* piecesOf(answers: AsyncIterable<Recommendations>, text: RowText): AsyncGenerator<OutputPiece> {
  let before = text.head;
  for await (const answer of answers) {
    yield { json: answer, text: before + text.of(answer) };
    before = text === TABLE ? "\n" : "";
  }
}

/** A live line of progress would run into the tables. */
function withoutSteps(report: Report): Report {
  return (event) => {
    if (event.kind !== "step") report(event);
  };
}

function writtenText({ out, users, recommendations, fallbacks, seconds, resumedAt }: WrittenAnswers): string {
  const strangers = Object.entries(fallbacks)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} by ${name}, as the run does not know them`);
  const rate = `${formatRate((users - resumedAt) / Math.max(seconds, 1e-3), "users")} in ${formatSeconds(seconds)}`;
  return [`${out}: ${recommendations} recommendations for ${users} users`, ...strangers, rate].join("; ");
}

function shareText({ shard, shards, users, objects }: WrittenShare): string {
  return `share ${shard} of ${shards}: ${users} users, in ${printable(objects)}; when all are done, the same command without --shard puts them together`;
}

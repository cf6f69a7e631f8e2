// Recommendations for many people, one after the other, at the speed of the engine's batches.
import { stopIf, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { readIdList } from "../../data/index.ts";
import { type AnswerSpace, answerSpace } from "../../runs/answer-space.ts";
import { answeredBy } from "../../runs/answered-by.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { tellStaleness } from "../../runs/later-version.ts";
import { openOptions } from "../../runs/open-options.ts";
import { type OpenRun, openRun } from "../../runs/run.ts";
import { Answers } from "./answers.ts";
import { People, type Person } from "./people.ts";
import type { Recommendations } from "./recommendations.ts";
import { recommendEachSettings } from "./settings.ts";

export interface RecommendEachOptions extends Given<typeof recommendEachSettings> {
  readonly report?: Report | undefined;
  /** Stops between two blocks of users. */
  readonly signal?: AbortSignal | undefined;
}

/** Everybody who is asked about, and who answers. */
export interface Panel {
  readonly people: readonly Person[];
  readonly space: AnswerSpace;
  readonly answers: Answers;
}

/**
 * Answer many users of a run, by its directory or opened, in the order in which they were named; all users in the order
 * of the dataset.
 *
 *   for await (const { user, recommendations } of recommendEach("run", { allUsers: true })) { ... }
 *
 * @throws as `recommend`, before the first answer; UsageError where nobody is named; CancelledError when stopped.
 */
export async function* recommendEach(
  run: string | OpenRun,
  options: RecommendEachOptions,
): AsyncGenerator<Recommendations> {
  const answered = { ...openOptions(options), acceptsLater: true, addedItems: true };
  const opened = typeof run === "string" ? await openRun(run, answered) : run;
  try {
    const panel = await openPanel(opened, options);
    for await (const block of answerBlocks(panel, 0, options)) yield* block;
  } finally {
    if (typeof run === "string") await opened.recommender.dispose();
  }
}

/** @throws as `recommendEach`. */
export async function openPanel(opened: OpenRun, options: RecommendEachOptions): Promise<Panel> {
  const { report = silent, signal } = options;
  const settings = settingsOf("recommend", recommendEachSettings, options);
  tellStaleness(opened, report);
  const run = await answeredBy(opened, settings, signal);
  const { task, top, candidates } = settings;
  const ids = new ItemIds(run.dataset, run.later?.newItems);
  const space = await answerSpace(run.dataset, ids, settings, report, signal);
  const given = candidates && (await ids.require(candidates));
  const answers = new Answers(run, space, { task, top, candidates: given });
  const people = await peopleOf(new People(run.dataset, ids, run.later?.newcomers), settings, signal);
  return { people, space, answers };
}

/** Answers from the person at `from` on, block by block, with progress. */
export async function* answerBlocks(
  { people, answers }: Pick<Panel, "people" | "answers">,
  from: number,
  { report = silent, signal }: Pick<RecommendEachOptions, "report" | "signal">,
): AsyncGenerator<readonly Recommendations[]> {
  for (let at = from; at < people.length; at += answers.block) {
    stopIf(signal, "The recommendations were stopped.");
    const block = await answers.of(people.slice(at, at + answers.block));
    yield block;
    report({ kind: "step", stage: "recommend", done: at + block.length, total: people.length, unit: "users" });
  }
}

type Asked = Pick<RecommendEachOptions, "user" | "usersFile" | "usersColumn" | "allUsers" | "newUser">;

async function peopleOf(
  people: People,
  { user: words = [], usersFile, usersColumn, allUsers = false, newUser }: Asked,
  signal: AbortSignal | undefined,
): Promise<readonly Person[]> {
  const ways = [words.length > 0, usersFile !== undefined, allUsers].filter(Boolean).length;
  if (ways !== 1) {
    const found = ways === 0 ? "--user <ID> is missing" : "Users are named in more than one way";
    throw new UsageError(`${found}: name them by --user (repeatable), by --users-file FILE, or take --all-users.`);
  }
  if (usersColumn !== undefined && usersFile === undefined)
    throw new UsageError("--users-column names a column of --users-file, which is missing.");
  if (allUsers) return people.all();
  if (usersFile === undefined)
    return people.find(
      people.idsIn(words).map((id) => ({ id })),
      { newUser },
    );
  const listed = await readIdList(usersFile, {
    of: "user",
    column: usersColumn,
    columnTodo: "Name it with --users-column.",
    isKnown: (id) => people.isKnown(id),
    signal,
  });
  return people.find(
    listed.map(({ id, line }) => ({ id, place: `${usersFile}:${line}` })),
    { newUser },
  );
}

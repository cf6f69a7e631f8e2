// Recommendations for one person, by external ids. People whom the run does not know get an answer too, from a
// yardstick and labelled as such.
import { stopIf, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { answerSpace } from "../../runs/answer-space.ts";
import { answeredBy } from "../../runs/answered-by.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { tellStaleness } from "../../runs/later-version.ts";
import type { Place } from "../../runs/open-options.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import { Answers } from "./answers.ts";
import { People, type Person } from "./people.ts";
import type { Recommendations } from "./recommendations.ts";
import { recommendSettings } from "./settings.ts";

export interface RecommendOptions extends Given<typeof recommendSettings> {
  /** Hears what was passed over. */
  readonly report?: Report | undefined;
  /** Stops before the run is asked. */
  readonly signal?: AbortSignal | undefined;
}

/** What is asked of an open run. */
export type RecommendRequest = Omit<RecommendOptions, keyof Place>;

/**
 * Answer one request to a run, by its directory or opened. A known user's history is everything the dataset holds of
 * them; `history` replaces it, `add` goes on with it.
 * @throws UsageError for an unknown item, a user id that is near to a known one, a task the model lacks, or options
 *   that do not fit together; and as `openRun`.
 */
export function recommend(run: string | OpenRun, options: RecommendOptions): Promise<Recommendations> {
  return withRun(
    run,
    options,
    (opened) => {
      stopIf(options.signal, "The recommendation was stopped; it writes nothing. Run the same command again.");
      tellStaleness(opened, options.report ?? silent);
      return answer(opened, options);
    },
    { acceptsLater: true, addedItems: true },
  );
}

async function answer(opened: OpenRun, options: RecommendRequest): Promise<Recommendations> {
  const { report = silent, signal } = options;
  const request = settingsOf("recommend", recommendSettings, options);
  const run = await answeredBy(opened, request, signal);
  const { user, top, task, candidates } = request;
  if (user === undefined && request.history === undefined) {
    throw new UsageError(
      "--user <ID> is missing: user id as in the imported data, or --history with what somebody has.",
    );
  }
  const ids = new ItemIds(run.dataset, run.later?.newItems);
  const space = await answerSpace(run.dataset, ids, request, report, signal);
  const given = candidates && (await ids.require(candidates));
  const answers = new Answers(run, space, { task, top, candidates: given });
  const person = await personOf(run, ids, request, report);
  const [list] = await answers.of([person]);
  if (list!.empty !== undefined && given !== undefined) throw new UsageError(list!.empty);
  return list!;
}

type Asked = Pick<RecommendRequest, "user" | "history" | "add" | "newUser" | "task">;

async function personOf(run: OpenRun, ids: ItemIds, asked: Asked, report: Report): Promise<Person> {
  const { user, history, add = [], newUser } = asked;
  const isStranger = newUser === true || history !== undefined;
  const people = new People(run.dataset, ids, run.later?.newcomers);
  const isSpokenOf = history !== undefined || add.length > 0;
  if (user !== undefined && isSpokenOf && people.idsIn([user]).length > 1)
    throw new UsageError(`--user ${user}: these are several ids. --history and --add are of one person: name one.`);
  const [found] =
    user === undefined
      ? [{ user, userIndex: undefined, history: new Int32Array(0) }]
      : await people.find([{ id: user }], { newUser: isStranger });
  if (!isSpokenOf) return found!;
  const given = await knownItems(ids, [...(history ?? []), ...add], report);
  const before = history === undefined ? found!.history.filter((item) => !given.includes(item)) : [];
  return { ...found!, history: Int32Array.from([...before, ...given]), note: noteOf(run, found!, asked) };
}

/** Unknown ids are passed over with a word, as long as others remain. */
async function knownItems(ids: ItemIds, words: readonly string[], report: Report): Promise<Int32Array> {
  const { items, unknown } = ids.find(words);
  if (unknown.length > 0 && items.length === 0) throw await ids.refusal(unknown);
  if (unknown.length > 0) {
    report({ kind: "warning", message: `Passed over in the history: ${await ids.wordsAbout(unknown)}` });
  }
  return items;
}

function noteOf({ recommender }: OpenRun, person: Person, { task = "sequential" }: Asked): string | undefined {
  const isUnread = person.userIndex !== undefined && recommender.unreadHistory?.includes(task) === true;
  if (!isUnread) return person.note;
  return `${recommender.name} answers by what it learnt of the user: the given items are left out of the list, and change nothing else.`;
}

// Whom a case shows when nobody is named: by a rule that is stated, on the stored ranks of an evaluation.
import { UsageError } from "../../base/errors.ts";
import type { OpenRun } from "../../runs/run.ts";
import { isOfEarlierModel } from "../evaluate/measured-model.ts";
import { readEvaluation, readRanks } from "../evaluate/store.ts";
import { categoriesOf, isOfNewCategory } from "./categories.ts";

export const RULE =
  "of the users whose next item is of a category that their history lacks, and whom the first run places in its first ten, the one whom the other run places last, where those that its list does not hold are equals; of equals (and without another run) the one whom the first run places best; of equals the first; without such a user, of all users";

/** Of an item that a list does not hold: behind all others. */
const BEYOND = Number.POSITIVE_INFINITY;
/** First places that count as found. */
const FOUND = 10;

/** Rank of the next item for each evaluated user. @throws UsageError for a run without evaluation on test items. */
async function ranksOf(run: OpenRun): Promise<ReadonlyMap<number, number>> {
  const todo = `Run \`isrf evaluate ${run.directory}\` first, or name a --user.`;
  const record = await readEvaluation(run.directory).catch((cause: unknown) => {
    throw new UsageError(`${run.directory}: not evaluated, so that no user can be chosen. ${todo}`, { cause });
  });
  const isMeasured = record.split === "test" && !(await isOfEarlierModel(run.directory, record));
  const stored = { directory: run.directory, record, question: "sequential" };
  const found = isMeasured ? await readRanks(stored) : undefined;
  if (found === undefined) throw new UsageError(`${run.directory}: no ranks of next test items by this model. ${todo}`);
  return new Map(Array.from(found.users, (user, i) => [user, found.ranks.first[i]! || BEYOND]));
}

/** The user's index. @throws UsageError where neither rule finds one. */
export async function chooseUser(run: OpenRun, other: OpenRun | undefined): Promise<number> {
  const own = await ranksOf(run);
  const others = other && (await ranksOf(other));
  const { split, dataset } = run;
  const candidates = [...own.keys()].filter((user) => (split.test[user] ?? -1) >= 0 && (others?.has(user) ?? true));
  const isImplicit = (user: number) => {
    const known = categoriesOf(historyOf(run, user).map((item) => dataset.items[item]!));
    return own.get(user)! <= FOUND && isOfNewCategory(dataset.items[split.test[user]!]!, known);
  };
  const implicit = candidates.filter(isImplicit);
  const among = implicit.length > 0 ? implicit : candidates;
  const first = mostTelling(among, own, others);
  if (first === undefined) throw new UsageError(`${run.directory}: no evaluated user to show.`);
  return first;
}

/** Undefined for nobody to choose from. */
export function mostTelling(
  users: readonly number[],
  own: ReadonlyMap<number, number>,
  others: ReadonlyMap<number, number> | undefined,
): number | undefined {
  const isBetter = (user: number, best: number) => {
    const [rank, bestRank] = [user, best].map((one) => others?.get(one) ?? BEYOND);
    return rank === bestRank ? own.get(user)! < own.get(best)! : rank! > bestRank!;
  };
  const [first, ...rest] = users;
  return first === undefined ? undefined : rest.reduce((best, user) => (isBetter(user, best) ? user : best), first);
}

/** @throws UsageError where test items are questions of their own, in no user's history. */
export function requireNextItems({
  directory,
  dataset,
  split,
}: Pick<OpenRun, "directory" | "dataset" | "split">): void {
  if (split.test.some((item) => item >= 0)) return;
  throw new UsageError(
    `${directory}: a case shows the item that a user took next, and the test items of ${dataset.directory} are questions of their own, in no user's history. Name a run on data that hold out each user's last two items, as isrf data import does.`,
  );
}

/** Everything that is known before the test item, oldest first. */
export function historyOf({ split }: OpenRun, user: number): readonly number[] {
  return [...split.prefixes[user]!, split.valid[user]!];
}

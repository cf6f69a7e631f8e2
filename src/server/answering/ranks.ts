// Exact places of some items in somebody's list, for pages that ask "what if".
import type { z } from "zod";
import type { Explained, Ranks } from "../contract/index.ts";
import type { explainQuery, rankSchema } from "../contract/recommendations.ts";
import type { KnownEvents, UserEvents } from "../events/user-events.ts";
import { RequestError } from "../request-error.ts";
import { eventsOf, keyOfAsker, personOf } from "./person.ts";
import { reasonsFor } from "./reasons.ts";
import type { ServedRun } from "./served-run.ts";
import type { ServedRuns } from "./served-runs.ts";

/** Models that write their answers find so many at a time; other models order the whole catalogue. */
const MOST_WRITTEN = 200;

interface Sources {
  readonly runs: ServedRuns;
  readonly users: UserEvents;
}

/** @throws RequestError where nothing is known of whom it is about. */
export async function ranksOf({ runs, users }: Sources, asked: z.output<typeof rankSchema>): Promise<Ranks> {
  return runs
    .choose(asked.run, keyOfAsker(asked))
    .use(async (run) => ranksBy(run, asked, await eventsOf(users, asked.user)));
}

async function ranksBy(run: ServedRun, asked: Omit<z.output<typeof rankSchema>, "run">, known: KnownEvents) {
  const { items } = asked;
  const { person, notices } = personOf(run, asked, known);
  const recommender = run.variant(asked).recommender;
  if (person.userIndex === undefined && recommender.answersNewUsers?.includes("sequential") !== true)
    throw new RequestError("conflict", `${recommender.name} answers for users of its training alone.`);
  if (person.history.length === 0)
    throw new RequestError("conflict", "Nothing is known of this user: there are no ranks without a history.");
  const { space } = run.index.spaceOf({});
  const writes = recommender.explainer !== undefined && recommender.evidence === undefined;
  const open = space.count - person.history.filter((item) => !run.removed.has(item)).length;
  const count = writes ? Math.min(MOST_WRITTEN, open) : open;
  const question = { userIndex: person.userIndex, history: person.history, among: space.items };
  const [list] = await recommender.rankSequential([question], count);
  const wanted = items.map((id) => run.itemIndex.get(id) ?? -1);
  const places = placesOf(list!.items, new Set(wanted));
  const ranks = items.map((id, at) => {
    const place = places.get(wanted[at]!);
    return place === undefined ? { id, of: open } : { id, rank: place + 1, score: list!.scores[place]!, of: open };
  });
  const short = writes ? [`${recommender.name} writes its answers: places beyond ${count} are not known.`] : [];
  return { run: run.name, modelVersion: run.modelVersion, ranks, notices: [...notices, ...short] };
}

/** Where those that are wanted stand in a list that may be the whole catalogue. */
export function placesOf(list: Int32Array, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let place = 0; place < list.length && places.size < wanted.size; place++)
    if (wanted.has(list[place]!)) places.set(list[place]!, place);
  return places;
}

/** Why one item stands where it stands. @throws RequestError (not_found) for an unknown item; and as `ranksOf`. */
export async function explainOne(
  { runs, users }: Sources,
  { run: name, user, item: id }: z.output<typeof explainQuery>,
): Promise<Explained> {
  return runs.choose(name, user).use(async (run) => {
    const item = run.itemIndex.get(id);
    if (item === undefined)
      throw new RequestError("not_found", `Item ${id} is none of the run ${run.name}.`, { at: "item" });
    const known = await eventsOf(users, user);
    const { ranks, notices } = await ranksBy(run, { user, items: [id] }, known);
    const { person } = personOf(run, { user }, known);
    const { rank, score, of } = ranks[0]!;
    const [items, scores] = [Int32Array.of(item), Float32Array.of(score ?? 0)];
    const found = await reasonsFor(run, { person, items, scores, isFull: true, terms: {} });
    return {
      run: run.name,
      modelVersion: run.modelVersion,
      user,
      item: run.card(item),
      rank,
      of,
      score,
      reasons: [...found.reasons[0]!],
      notices: [...notices, ...(found.notice === undefined ? [] : [found.notice])],
    };
  });
}

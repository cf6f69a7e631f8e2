// Where a generative run's answers come from: what its interests alone answer, for items they were fitted to and for
// new ones, and what decoder and heads answer alone and together. Validation items of a seeded sample of users, so no
// test item is looked at.
//   npx tsx scripts/answer-sources.ts RUN [--users 1000] [--dataset DIR] [--json]
import { parseArgs } from "node:util";
import { Random } from "../src/base/random.ts";
import { loadCandidates, negativesOf } from "../src/data/index.ts";
import { validationPrompts } from "../src/recommenders/generative/examples/validation-prompts.ts";
import { Generator, type PromptQuestion } from "../src/recommenders/generative/generator.ts";
import { itemRows } from "../src/recommenders/generative/network/item-rows.ts";
import { type GenerativeOptions, readsHistoryRows } from "../src/recommenders/generative/options/options.ts";
import { GenerativeRecommender } from "../src/recommenders/generative/recommender.ts";
import type { RankedList } from "../src/recommenders/recommender.ts";
import { validationQuestions } from "../src/recommenders/training/ranking-validation.ts";
import { openRun } from "../src/runs/run.ts";
import { figures, headQuery, mixOf, type Quality, quality, type Rows, rankBy } from "./rows-quality.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { users: { type: "string", default: "1000" }, dataset: { type: "string" }, json: { type: "boolean" } },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("a run directory is needed");

const run = await openRun(directory, { dataset: values.dataset });
if (!(run.recommender instanceof GenerativeRecommender)) throw new Error(`${directory}: not a generative system`);
const { state } = run.recommender;
const { nItems, options, t5 } = state.network;
const { prefixes, valid } = run.split;
const negatives = await loadCandidates(run.dataset, "valid", "uniform");
const users = Number(values.users);
const asked = validationQuestions(run.split, (user) => negativesOf(negatives, user), users, run.config.seed);
const questions = validationPrompts(asked, options);

/** The decoder's say is lost beside it. */
const HEAD_ALONE = { headWeight: 1000 };
const EQUAL = { headWeight: 1 };

/** Beam search with other options. */
async function answered(asked: readonly PromptQuestion[], changed: Partial<GenerativeOptions>): Promise<Quality> {
  const network = { ...state.network, options: { ...options, ...changed } };
  const generator = new Generator({ ...state, network }, {});
  const lists: RankedList[] = await generator.answer(asked, 10);
  await generator.dispose();
  return quality(lists.map(({ items }, i) => items.indexOf(asked[i]!.target!) + 1));
}

const rowsOf = (data: Float32Array): Rows => ({ data, count: nItems, width: t5.width });
const fitted = rowsOf(state.interests.individual.subarray(state.nUsers * t5.width));

const meanMix = (rows: Rows, items: readonly number[]) =>
  mixOf(
    rows,
    items,
    items.map(() => 1 / items.length),
  );

/** Ranks of the last training item and of the validation item by one interest of each user. */
function known(
  interest: (user: number, history: readonly number[]) => Float32Array,
  rows = fitted,
): { train: Quality; valid: Quality } {
  const drawn = Random.of(run.config.seed, "answer sources")
    .shuffle(Int32Array.from(prefixes.keys()).filter((user) => prefixes[user]!.length > 1))
    .slice(0, users);
  const ranks = { train: [] as number[], valid: [] as number[] };
  for (const user of drawn) {
    const all = Array.from(prefixes[user]!);
    const before = all.slice(0, -1);
    ranks.train.push(rankBy(interest(user, before), rows, all.at(-1)!, new Set(before)));
    ranks.valid.push(rankBy(interest(user, all), rows, valid[user]!, new Set(all)));
  }
  return { train: quality(ranks.train), valid: quality(ranks.valid) };
}

const { individual, group } = state.interests;
const userRow = (table: Float32Array, user: number) => table.subarray(user * t5.width, (user + 1) * t5.width);
const headRows = readsHistoryRows(options) && rowsOf(state.parameters.get(itemRows(state.network).name).front.value);
const interests = {
  ...(individual.length > 0 && {
    e_u: known((user) => userRow(individual, user)),
    "mean e_v of the history": known((_, history) => meanMix(fitted, history)),
  }),
  ...(headRows && {
    "the item head's rows": known((_, history) => headQuery(state.parameters, headRows, history, options), headRows),
  }),
  ...(individual.length > 0 && group.length > 0 && { h_u: known((user) => userRow(group, user)) }),
};
/** A task without a head has the decoder alone. */
async function waysOf(
  asked: readonly PromptQuestion[],
  head: "itemHead" | "candidateHead",
): Promise<Record<string, Quality>> {
  const decoder = await answered(asked, { [head]: 0 });
  if (options[head] === 0) return { decoder };
  return {
    together: await answered(asked, {}),
    decoder,
    head: await answered(asked, HEAD_ALONE),
    "at equal weights": await answered(asked, EQUAL),
  };
}
const answers = {
  sequential: await waysOf(questions.sequential, "itemHead"),
  direct: await waysOf(questions.direct, "candidateHead"),
};
await run.recommender.dispose();

if (values.json) console.log(JSON.stringify({ directory, users, interests, answers }));
else {
  for (const [name, { train: seen, valid: unseen }] of Object.entries(interests))
    console.log(`${name}: last training item ${figures(seen)}; validation item ${figures(unseen)}`);
  for (const [task, ways] of Object.entries(answers))
    for (const [way, found] of Object.entries(ways)) console.log(`${task}, ${way}: ${figures(found)}`);
}

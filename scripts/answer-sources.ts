// Where a generative run's answers come from: what its interests alone answer, for items they were fitted to and for new ones,
// and what decoder and heads answer alone and together. Validation items of a seeded sample of users, so no test item is
// looked at.
//   npx tsx scripts/answer-sources.ts RUN [--users 1000] [--dataset DIR] [--json]
import { parseArgs } from "node:util";
import { Random } from "../src/base/random.ts";
import { dot } from "../src/base/typed-arrays.ts";
import { loadCandidates, negativesOf } from "../src/data/index.ts";
import { metricValue } from "../src/evaluation/index.ts";
import { openRun } from "../src/pipeline/run.ts";
import { Generator, type Question } from "../src/recommenders/generative/generator.ts";
import { headItems } from "../src/recommenders/generative/history-rows.ts";
import { type GenerativeOptions, readsHistoryRows } from "../src/recommenders/generative/options.ts";
import { GenerativeRecommender } from "../src/recommenders/generative/recommender.ts";
import { validationSet } from "../src/recommenders/generative/validation-set.ts";
import type { RankedList } from "../src/recommenders/recommender.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { users: { type: "string", default: "1000" }, dataset: { type: "string" }, json: { type: "boolean" } },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("a run directory is needed");

const run = await openRun(directory, values.dataset === undefined ? {} : { dataset: values.dataset });
if (!(run.recommender instanceof GenerativeRecommender)) throw new Error(`${directory}: not a generative system`);
const { state } = run.recommender;
const { nItems, options, t5 } = state.network;
const { train, valid } = run.split;
const sample = { ...options, validationUsers: Number(values.users) };
const negatives = await loadCandidates(run.dataset, "valid", "uniform");
const questions = validationSet(run.split, (user) => negativesOf(negatives, user), sample, run.config.seed);

interface Quality {
  readonly hitRate: number;
  readonly ndcg: number;
}

function quality(ranks: readonly number[]): Quality {
  const mean = (metric: "HR@10" | "NDCG@10") =>
    ranks.reduce((sum, rank) => sum + metricValue(metric, rank, 1) / ranks.length, 0);
  return { hitRate: mean("HR@10"), ndcg: mean("NDCG@10") };
}

/** The decoder's say is lost beside it. */
const HEAD_ALONE = { headWeight: 1000 };

/** Beam search with other options. */
async function answered(asked: readonly Question[], changed: Partial<GenerativeOptions>): Promise<Quality> {
  const network = { ...state.network, options: { ...options, ...changed } };
  const generator = new Generator({ ...state, network }, {});
  const lists: RankedList[] = await generator.answer(asked, 10);
  await generator.dispose();
  return quality(lists.map(({ items }, i) => items.indexOf(asked[i]!.target!) + 1));
}

const rowOf = (table: Float32Array, index: number) => table.subarray(index * t5.width, (index + 1) * t5.width);
const fitted = state.interests.individual.subarray(state.nUsers * t5.width);

/** Rank of `target` among the items outside `seen`, by the product of `vector` with the rows of `items`. */
function rankBy(vector: Float32Array, items: Float32Array, target: number, seen: ReadonlySet<number>): number {
  const score = (item: number) => dot(vector, rowOf(items, item));
  const own = score(target);
  let rank = 1;
  for (let item = 0; item < nItems; item++) if (item !== target && !seen.has(item) && score(item) >= own) rank++;
  return rank;
}

function meanRow(table: Float32Array, items: readonly number[]): Float32Array {
  const mean = new Float32Array(t5.width);
  for (const item of items) for (const [c, x] of rowOf(table, item).entries()) mean[c]! += x / items.length;
  return mean;
}

/** Ranks of the last training item and of the validation item by one interest of each user. */
function known(
  interest: (user: number, history: readonly number[]) => Float32Array,
  items = fitted,
): { train: Quality; valid: Quality } {
  const users = Random.of(run.config.seed, "answer sources")
    .shuffle(Int32Array.from(train.keys()).filter((user) => train[user]!.length > 1))
    .slice(0, sample.validationUsers);
  const ranks = { train: [] as number[], valid: [] as number[] };
  for (const user of users) {
    const all = Array.from(train[user]!);
    const before = all.slice(0, -1);
    ranks.train.push(rankBy(interest(user, before), items, all.at(-1)!, new Set(before)));
    ranks.valid.push(rankBy(interest(user, all), items, valid[user]!, new Set(all)));
  }
  return { train: quality(ranks.train), valid: quality(ranks.valid) };
}

/** Mean of the item head's rows, weighted as its shortcut weighs them. */
function recentRow(table: Float32Array, items: readonly number[]): Float32Array {
  const recent = items.slice(-options.maxHistory);
  const logits = state.parameters.get("head.recency").front.value;
  const weights = recent.map((_, i) => Math.exp(logits[recent.length - i]!));
  const mean = new Float32Array(t5.width);
  recent.forEach((item, i) => {
    for (const [c, x] of rowOf(table, item).entries()) mean[c]! += weights[i]! * x;
  });
  return mean;
}

const { individual, group } = state.interests;
const headRows = readsHistoryRows(options) ? state.parameters.get(headItems(options)).front.value : undefined;
const interests = {
  ...(individual.length > 0 && {
    e_u: known((user) => rowOf(individual, user)),
    "mean e_v of the history": known((_, history) => meanRow(fitted, history)),
  }),
  ...(headRows && { "the item head's rows": known((_, history) => recentRow(headRows, history), headRows) }),
  ...(individual.length > 0 && group.length > 0 && { h_u: known((user) => rowOf(group, user)) }),
};
const answers = {
  sequential: {
    together: await answered(questions.sequential, {}),
    decoder: await answered(questions.sequential, { itemHead: 0 }),
    head: await answered(questions.sequential, HEAD_ALONE),
  },
  direct: {
    together: await answered(questions.direct, {}),
    decoder: await answered(questions.direct, { candidateHead: 0 }),
    head: await answered(questions.direct, HEAD_ALONE),
  },
};
await run.recommender.dispose();

const figures = ({ hitRate, ndcg }: Quality) => `HR@10 ${hitRate.toFixed(4)} NDCG@10 ${ndcg.toFixed(4)}`;
if (values.json) console.log(JSON.stringify({ directory, users: sample.validationUsers, interests, answers }));
else {
  for (const [name, { train: seen, valid: unseen }] of Object.entries(interests))
    console.log(`${name}: last training item ${figures(seen)}; validation item ${figures(unseen)}`);
  for (const [task, ways] of Object.entries(answers))
    for (const [way, found] of Object.entries(ways)) console.log(`${task}, ${way}: ${figures(found)}`);
}

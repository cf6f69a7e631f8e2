// The fast way to the best items against the plain one: every witness's word on every item, summed and sorted.
import { afterAll, describe, expect, it } from "vitest";
import { matrix, normaliseRows } from "../../../base/matrix.ts";
import { Random } from "../../../base/random.ts";
import { trainingLists } from "../../../data/index.ts";
import { tieOrder } from "../../tie-order.ts";
import { groupWitness } from "../group.ts";
import { individualWitness } from "../individual.ts";
import { sumScores, traitsOf } from "../mixture/score.ts";
import { PARTS, type Weights } from "../mixture/weights.ts";
import { nearestTextWitness } from "../nearest-text.ts";
import { followingItems, NEIGHBOUR_OPTIONS, neighbourWitness } from "../neighbours.ts";
import { countScale, popularityWitness, scaledCounts } from "../popularity.ts";
import { type SequenceModel, sequenceWitness } from "../sequence.ts";
import { identityMap } from "../text-map.ts";
import { textWitness } from "../text-match.ts";
import { CatalogueRanking } from "./catalogue-ranking.ts";
import { Plan } from "./plan.ts";

const [N_USERS, N_ITEMS, WIDTH] = [30, 407, 12];
const random = Random.of(21, "catalogue");
const compile = { threads: 1 };
const table = (rows: number) => matrix(rows, WIDTH, random.normals(rows * WIDTH));
const someItems = (count: number) =>
  random.shuffle(Int32Array.from({ length: N_ITEMS }, (_, item) => item)).slice(0, count);

const prefixes = trainingLists(Array.from({ length: N_USERS }, () => someItems(3 + random.below(12))));
const counts = new Int32Array(N_ITEMS);
for (const prefix of prefixes) for (const item of prefix) counts[item]!++;
const scaled = scaledCounts(counts, countScale(counts));
const texts = normaliseRows(table(N_ITEMS));
const k = 4;
const similar = {
  k,
  neighbours: Int32Array.from({ length: N_USERS * k }, (_, i) => (Math.floor(i / k) + 1 + (i % k)) % N_USERS),
  cosines: new Float32Array(N_USERS * k).fill(0.5),
};
const sequenceItems = table(N_ITEMS);
/** The last 20 items came after training. */
const model: SequenceModel = {
  trained: N_ITEMS - 20,
  items: sequenceItems,
  states: async (histories) =>
    histories.map((history) => sequenceItems.data.slice(history[0]! * WIDTH, (history[0]! + 1) * WIDTH)),
  dispose: async () => {},
};
const witnesses = [
  sequenceWitness(model, compile),
  individualWitness({ users: table(N_USERS), items: table(N_ITEMS), stretch: 1.2, knowsNewItems: false }, compile),
  groupWitness(similar, prefixes, counts),
  neighbourWitness(followingItems(prefixes, N_ITEMS, NEIGHBOUR_OPTIONS), NEIGHBOUR_OPTIONS),
  textWitness(texts, identityMap(WIDTH), compile),
  nearestTextWitness(texts, compile),
  popularityWitness(scaled),
];
const items = { count: scaled, cold: Uint8Array.from(counts, (count) => Number(count === 0)) };
const catalogue = new CatalogueRanking(witnesses, items);

afterAll(async () => {
  await Promise.all(witnesses.map((witness) => witness.dispose?.()));
});

/** Weights of some witnesses, drawn; they may speak against an item. */
function weightsOf(chosen: typeof witnesses): Weights {
  return {
    terms: chosen.map(({ name }) => name),
    scales: chosen.map(() => 0.5 + random.uniform()),
    values: Float64Array.from(random.normals(chosen.length * PARTS)),
  };
}

const questions = Array.from({ length: 70 }, (_, i) => {
  const history = someItems(1 + random.below(9));
  return { userIndex: i % 5 === 0 ? undefined : random.below(N_USERS), history };
});

async function expectSame(chosen: typeof witnesses, count: number, space?: Int32Array): Promise<void> {
  const weights = weightsOf(chosen);
  const traits = questions.map((question) => traitsOf(question, 0));
  const expected = await sumScores({ witnesses: chosen, weights, items }, questions, traits);
  const members = space && new Set(space);
  const hidden = members && Float32Array.from(scaled, (_, item) => (members.has(item) ? 0 : Number.NEGATIVE_INFINITY));
  const asked = questions.map((question, i) => ({ ...question, traits: traits[i]!, hidden }));
  const found = await catalogue.best(new Plan(chosen, weights, items), asked, count);
  questions.forEach(({ history }, i) => {
    const scores = expected[i]!;
    const open = [...scores.keys()].filter((item) => !history.includes(item) && (members?.has(item) ?? true));
    const best = open.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count);
    const { places, scores: own } = found[i]!;
    expect(places).toHaveLength(best.length);
    expect(new Set(places).size).toBe(best.length);
    expect([...places].some((item) => history.includes(item))).toBe(false);
    const far = best.map((item, place) =>
      Math.max(Math.abs(own[place]! - scores[item]!), Math.abs(own[place]! - scores[places[place]!]!)),
    );
    expect(Math.max(0, ...far)).toBeLessThan(1e-3);
  });
}

describe("the best of the catalogue", () => {
  it.each([1, 20, 400])("are the %i of the highest sums over all witnesses", (count) => expectSame(witnesses, count));

  it("are those of some witnesses where others are silent", async () => {
    for (let left = 1; left < witnesses.length; left++) await expectSame(witnesses.slice(left), 10);
    await expectSame(witnesses.slice(0, 3), 10);
  });

  it.each([
    ["sums", witnesses.filter(({ name }) => name !== "nearest"), 20],
    ["sums and likeness", witnesses, 20],
    ["long lists", witnesses.filter(({ name }) => name !== "nearest"), 300],
  ])("are of equal items those that an order of their own puts first: %s", async (_, chosen, count) => {
    const silent = { ...weightsOf([...chosen]), values: new Float64Array(chosen.length * PARTS) };
    const asked = questions.slice(0, 3).map((question) => ({ ...question, traits: traitsOf(question, 0) }));
    const found = await catalogue.best(new Plan(chosen, silent, items), asked, count);
    asked.forEach(({ history }, i) => {
      const open = tieOrder(N_ITEMS).filter((item) => !history.includes(item));
      expect(found[i]!.places).toEqual(open.slice(0, count));
    });
  });

  it("are members of a part of the catalogue where one is given", async () => {
    await expectSame(witnesses, 15, someItems(120));
    await expectSame(witnesses, 15, someItems(9));
  });

  it("are the same when callers do not wait for each other", async () => {
    const plan = new Plan(witnesses, weightsOf(witnesses), items);
    const asked = questions.map((question) => ({ ...question, traits: traitsOf(question, 0) }));
    const [alone] = [await catalogue.best(plan, asked, 5)];
    const together = await Promise.all(asked.map((question) => catalogue.best(plan, [question], 5)));
    together.forEach(([list], i) => {
      list!.scores.forEach((score, place) => {
        expect(score).toBeCloseTo(alone![i]!.scores[place]!, 3);
      });
    });
  });
});

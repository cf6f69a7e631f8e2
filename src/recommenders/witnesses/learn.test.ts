import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { type Examples, type Learned, type LearnRequest, learnWeights } from "./learn.ts";
import type { AnsweredQuestion } from "./mixture/collect.ts";
import { testifyBy } from "./testify.ts";
import type { FewVoice } from "./voice.ts";
import type { Witness, WitnessName, WitnessQuestion } from "./witness.ts";

const N_ITEMS = 30;
const N_USERS = 240;
const targets = Random.of(2, "targets");
const targetOf = Int32Array.from({ length: N_USERS }, () => targets.below(N_ITEMS));

/** It names an item of each user: `right` of a hundred times the answer. */
function namer(name: WitnessName, right: number): Witness {
  const nameOf = ({ userIndex }: WitnessQuestion): number => {
    const random = Random.of(3, `${name}/${userIndex}`);
    return random.below(100) < right ? targetOf[userIndex!]! : random.below(N_ITEMS);
  };
  const voice: FewVoice = {
    kind: "few",
    nItems: N_ITEMS,
    hasBase: () => false,
    of: (question) => ({ items: Int32Array.of(nameOf(question)), values: Float32Array.of(1), size: 1 }),
  };
  return { name, describes: name, voice, testify: testifyBy(voice) };
}

function examples(from: number, until: number): Examples {
  const users = Array.from({ length: until - from }, (_, i) => from + i);
  const question = (userIndex: number): AnsweredQuestion => ({
    userIndex,
    history: new Int32Array(0),
    target: targetOf[userIndex]!,
    popularity: 0,
    weight: 1,
  });
  const all = Int32Array.from({ length: N_ITEMS }, (_, item) => item);
  const among = users.map((user) => ({ ...question(user), candidates: all }));
  return { sequential: users.map(question), direct: { uniform: among, popularity: among } };
}

const items = { count: new Float32Array(N_ITEMS).fill(1), cold: new Uint8Array(N_ITEMS) };
const counts = new Int32Array(N_ITEMS).fill(5);
const ask = (learn: Examples, report: Examples): LearnRequest => ({
  witnesses: [namer("neighbours", 60), namer("text", 10)],
  items,
  counts,
  learn,
  report,
  seed: 1,
});

describe("weights", () => {
  let learned: Learned;
  beforeAll(async () => {
    learned = await learnWeights(ask(examples(0, 160), examples(160, 240)));
  });

  it("are those of the users that they are learned from, whoever they are reported on", async () => {
    const others = await learnWeights(ask(examples(0, 160), examples(200, 230)));
    expect(others.weights).toEqual(learned.weights);
    expect(others.figures).not.toEqual(learned.figures);
    const anew = await learnWeights(ask(examples(40, 160), examples(160, 240)));
    expect(anew.weights).not.toEqual(learned.weights);
  });

  it("are reported on users of their own: each is asked about, and counted", () => {
    expect(learned.figures.map(({ question, whole }) => [question, whole.all.users])).toEqual([
      ["next item", 80],
      ["among 100, uniform", 80],
      ["among 100, by popularity", 80],
    ]);
  });

  it("believe who is right more often, whose silence costs more", () => {
    for (const { whole, witnesses } of learned.figures) {
      const [often, seldom] = witnesses.map(({ without }) => whole.all.ndcg10 - without.all.ndcg10);
      expect(often).toBeGreaterThan(0.1);
      expect(often).toBeGreaterThan(seldom!);
    }
  });
});

describe("a generator's say", () => {
  it("is judged by other users: one that knows the answers it is learned from alone is not heard", async () => {
    const [learn, report] = [examples(0, 160), examples(160, 240)];
    const knowing = (from: number, until: number) => ({
      name: "generator" as const,
      describes: "knows some answers",
      testify: async (_: unknown, questions: readonly WitnessQuestion[], lists: readonly Int32Array[]) =>
        questions.map(({ userIndex }, i) => {
          const isKnown = userIndex! >= from && userIndex! < until;
          return Float32Array.from(lists[i]!, (item) => Number(isKnown && item === targetOf[userIndex!]));
        }),
      dispose: async () => {},
    });
    const request = ask(learn, report);
    const byHeart = await learnWeights({ ...request, generator: knowing(0, 160) });
    expect(byHeart.weights.sequential.final).toBeUndefined();
    expect(byHeart.weights.direct.final).toBeUndefined();
    const foreseeing = await learnWeights({ ...request, generator: knowing(0, 240) });
    expect(foreseeing.generator!.sequential.gain).toBeGreaterThan(0);
    expect(foreseeing.weights.sequential.final).toBeDefined();
  });
});

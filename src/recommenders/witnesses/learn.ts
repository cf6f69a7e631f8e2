// Learns how far each witness is to be believed, from validation items: of users whose items chose no checkpoint, and
// reported on others still. Training never saw these items, so no witness knows an example's own pair.

import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { type Gain, isClear } from "../learned-evidence.ts";
import type { Task } from "../recommender.ts";
import { type GeneratorWitness, SHORTLIST } from "./generator.ts";
import { type AnsweredQuestion, collectChoices } from "./mixture/collect.ts";
import { fitWeights, scaleValues } from "./mixture/fit.ts";
import { gainOf } from "./mixture/gain.ts";
import type { Choice } from "./mixture/likelihood.ts";
import { freshPrior, learnedPrior } from "./mixture/prior.ts";
import { type GroupedFigures, groupedFigures, targetRanks, type WitnessWorth } from "./mixture/report.ts";
import { sumScores, traitsOf } from "./mixture/score.ts";
import { shortlist } from "./mixture/shortlist.ts";
import type { ItemTraits, Weights } from "./mixture/weights.ts";
import type { TermName, Witness, WitnessQuestion } from "./witness.ts";

/** Weights of one task. */
export interface TaskWeights {
  /** Of all witnesses but the generator: what short lists are made by. */
  readonly first: Weights;
  /** With the generator, for the items of a short list; absent where it has no say. */
  readonly final: Weights | undefined;
}

/** What a kind of question was answered with, on users that weights were not learned from. */
export interface LearnedFigures {
  readonly question: string;
  readonly whole: GroupedFigures;
  readonly witnesses: readonly WitnessWorth[];
}

export interface Learned {
  readonly weights: Readonly<Record<Task, TaskWeights>>;
  readonly figures: readonly LearnedFigures[];
  /** What the generator added to the mean log-likelihood of unseen answers, by task; absent without one. */
  readonly generator: Readonly<Record<Task, Gain>> | undefined;
  /** Of the users that figures are of, how many chose a checkpoint; absent in runs of before it was counted. */
  readonly alsoChose?: number | undefined;
}

/** Questions whose answers are known: to learn from, and to report on. */
export interface Examples {
  readonly sequential: readonly AnsweredQuestion[];
  /** By how candidates were drawn. */
  readonly direct: Readonly<Record<"uniform" | "popularity", readonly AnsweredQuestion[]>>;
}

export interface LearnRequest {
  readonly witnesses: readonly Witness[];
  readonly generator?: GeneratorWitness | undefined;
  readonly items: ItemTraits;
  /** Training interactions by item. */
  readonly counts: Int32Array;
  readonly learn: Examples;
  readonly report: Examples;
  readonly seed: number;
  readonly onProgress?: Report | undefined;
}

/** Users that the generator's weights are learned from, and as many to judge it by: it is asked item by item. */
const GENERATOR_USERS = 1000;
/** Iterations of fits without a witness, which begin at the whole fit. */
const REFIT_ITERATIONS = 30;

export async function learnWeights(request: LearnRequest): Promise<Learned> {
  const sequential = await learnTask(request, "sequential", request.learn.sequential, [
    ["next item", request.report.sequential],
  ]);
  const { direct } = request.learn;
  const ofDirect = await learnTask(
    request,
    "direct",
    [...direct.uniform, ...direct.popularity],
    [
      ["among 100, uniform", request.report.direct.uniform],
      ["among 100, by popularity", request.report.direct.popularity],
    ],
  );
  const figures = [...sequential.figures, ...ofDirect.figures];
  const firsts = { sequential: sequential.first, direct: ofDirect.first };
  if (request.generator === undefined) {
    const only = (first: Weights): TaskWeights => ({ first, final: undefined });
    return {
      weights: { sequential: only(firsts.sequential), direct: only(firsts.direct) },
      figures,
      generator: undefined,
    };
  }
  const finals = {
    sequential: await learnFinal(request, request.generator, "sequential", firsts.sequential),
    direct: await learnFinal(request, request.generator, "direct", firsts.direct),
  };
  return {
    weights: {
      sequential: { first: firsts.sequential, final: finals.sequential.weights },
      direct: { first: firsts.direct, final: finals.direct.weights },
    },
    figures,
    generator: { sequential: finals.sequential.gain, direct: finals.direct.gain },
  };
}

async function learnTask(
  { witnesses, items, counts, seed, onProgress = silent }: LearnRequest,
  task: Task,
  questions: readonly AnsweredQuestion[],
  reported: readonly (readonly [string, readonly AnsweredQuestion[]])[],
): Promise<{ first: Weights; figures: LearnedFigures[] }> {
  const names = witnesses.map(({ name }) => name);
  const stage = `weights of ${task} answers`;
  const onBlock = (done: number) =>
    onProgress({ kind: "step", stage, done, total: questions.length, unit: "questions" });
  const choices = await collectChoices(witnesses, questions, items, Random.of(seed, `${task} choices`), { onBlock });
  const scales = scaleValues(choices, names.length);
  const prior = freshPrior(names.length);
  const first = fitWeights(choices, names, scales, { prior });
  const without = names.map((name) =>
    fitWeights(choices, names, scales, {
      prior,
      iterations: REFIT_ITERATIONS,
      without: [name],
      start: first.values,
    }),
  );
  const figures: LearnedFigures[] = [];
  for (const [question, asked] of reported) {
    const ranks = await targetRanks(witnesses, asked, items, [first, ...without]);
    const [whole, ...parts] = ranks.map((own) => groupedFigures(own, asked, counts));
    const worth = parts.map((part, t): WitnessWorth => ({ witness: names[t]!, without: part }));
    figures.push({ question, whole: whole!, witnesses: worth });
  }
  return { first, figures };
}

/** Weights of short lists, the generator among them; none where it does not clearly help to foresee unseen answers. */
async function learnFinal(
  request: LearnRequest,
  generator: GeneratorWitness,
  task: Task,
  first: Weights,
): Promise<{ weights: Weights | undefined; gain: Gain }> {
  const asked = (examples: Examples): readonly AnsweredQuestion[] => {
    if (task === "sequential") return spread(examples.sequential, GENERATOR_USERS);
    const { uniform, popularity } = examples.direct;
    const drawn = [uniform, popularity].map((questions) => spread(questions, GENERATOR_USERS));
    return drawn[0]!.map((_, i) => drawn[i % 2]![i]!);
  };
  const choicesOf = async (examples: Examples): Promise<Choice[]> =>
    shortlistedChoices(request, generator, task, first, asked(examples));
  const [learn, judge] = [await choicesOf(request.learn), await choicesOf(request.report)];
  const terms: TermName[] = [...first.terms, generator.name];
  const generatorScale = scaleOfLast(learn, terms.length);
  const scales = [...first.scales, generatorScale];
  for (const { values } of [...learn, ...judge]) {
    for (let i = 0; i < values.length; i++) values[i]! /= scales[i % terms.length]!;
  }
  const prior = learnedPrior(first.values, 1);
  const fitted = (without: readonly TermName[]) =>
    fitWeights(learn, terms, scales, { prior, without, start: prior.centre });
  const [whole, bare] = [fitted([]), fitted([generator.name])];
  const gain = gainOf(judge, whole, bare);
  return { weights: isClear(gain) ? whole : undefined, gain };
}

/** At most `count`, evenly over all: users stand in the data's order, which may be that of their coming. */
function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]!);
}

function scaleOfLast(choices: readonly Choice[], terms: number): number {
  const copies = choices.map((choice) => ({
    ...choice,
    values: choice.values.filter((_, i) => i % terms === terms - 1),
  }));
  return scaleValues(copies, 1)[0]!;
}

/** What all witnesses say of the items of short lists; questions whose answer is in none are left out. */
async function shortlistedChoices(
  { witnesses, items }: LearnRequest,
  generator: GeneratorWitness,
  task: Task,
  first: Weights,
  questions: readonly AnsweredQuestion[],
): Promise<Choice[]> {
  const kept: { question: AnsweredQuestion; list: Int32Array }[] = [];
  const size = 64;
  for (let at = 0; at < questions.length; at += size) {
    const block = questions.slice(at, at + size);
    const among = block[0]!.candidates === undefined ? undefined : block.map(({ candidates }) => candidates!);
    const traits = block.map((question) => traitsOf(question, question.popularity));
    const scores = await sumScores({ witnesses, weights: first, items }, block, traits, among);
    block.forEach((question, i) => {
      const owned = new Set(question.history);
      const { places } = shortlist(scores[i]!, SHORTLIST, owned, among?.[i]);
      const list = among === undefined ? places : places.map((place) => among[i]![place]!);
      if (list.includes(question.target)) kept.push({ question, list });
    });
  }
  const said = await generator.testify(
    task,
    kept.map(({ question }) => question),
    kept.map(({ list }) => list),
  );
  const listed = kept.map(({ question, list }) => ({ ...question, candidates: list }));
  const words = new Map<WitnessQuestion, Float32Array>(listed.map((question, i) => [question, said[i]!]));
  const heard = {
    testify: async (asked: readonly WitnessQuestion[]) => asked.map((question) => words.get(question)!),
  };
  // Candidates are given: nothing is sampled.
  return collectChoices([...witnesses, heard], listed, items, Random.of(0, "unused"));
}

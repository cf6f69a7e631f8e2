// What weights are fitted to: questions whose answer is known, with what each witness says of the target and of others.
// Among the whole catalogue the best of each witness stand for themselves and a sample stands for the rest.
import type { Random } from "../../../base/random.ts";
import { TopK, topEntries } from "../../../base/top-k.ts";
import type { Witness, WitnessQuestion } from "../witness.ts";
import type { Choice } from "./likelihood.ts";
import { type ItemTraits, lengthKind } from "./weights.ts";

export interface AnsweredQuestion extends WitnessQuestion {
  readonly target: number;
  /** What was asked among, the target included; absent: the catalogue without the history. */
  readonly candidates?: Int32Array | undefined;
  /** `QuestionTraits.candidates`. */
  readonly popularity: number;
  readonly weight: number;
}

/** Of the catalogue: how many of each witness's best stand for themselves, and how many others for the rest. */
export interface Sampling {
  readonly best: number;
  readonly others: number;
}

export const SAMPLING: Sampling = { best: 60, others: 120 };

/** Questions asked together. */
const BLOCK = 64;

export async function collectChoices(
  witnesses: readonly Pick<Witness, "testify">[],
  questions: readonly AnsweredQuestion[],
  items: ItemTraits,
  random: Random,
  { sampling = SAMPLING, onBlock }: { readonly sampling?: Sampling; readonly onBlock?: (done: number) => void } = {},
): Promise<Choice[]> {
  const choices: Choice[] = [];
  for (let at = 0; at < questions.length; at += BLOCK) {
    const block = questions.slice(at, at + BLOCK);
    const among = block.every(({ candidates }) => candidates !== undefined)
      ? block.map(({ candidates }) => candidates!)
      : undefined;
    const said: Float32Array[][] = [];
    for (const witness of witnesses) said.push(await witness.testify(block, among));
    block.forEach((question, i) => {
      const own = said.map((values) => values[i]!);
      choices.push(
        among === undefined
          ? sampledChoice(question, own, items, sampling, random)
          : wholeChoice(question, among[i]!, own, items),
      );
    });
    onBlock?.(choices.length);
  }
  return choices;
}

/** All candidates, the target first. */
function wholeChoice(
  question: AnsweredQuestion,
  candidates: Int32Array,
  said: readonly Float32Array[],
  items: ItemTraits,
): Choice {
  const first = candidates.indexOf(question.target);
  const places = [first, ...candidates.keys()].filter((place, at) => at === 0 || place !== first);
  return choiceOf(question, places, candidates, said, items, new Float32Array(places.length));
}

function sampledChoice(
  question: AnsweredQuestion,
  said: readonly Float32Array[],
  items: ItemTraits,
  { best, others }: Sampling,
  random: Random,
): Choice {
  const nItems = items.count.length;
  const taken = new Set<number>(question.history);
  taken.delete(question.target);
  const owned = taken.size;
  taken.add(question.target);
  const chosen = [question.target];
  for (const values of said) {
    for (const item of bestOf(values, best, question.history)) {
      if (taken.has(item)) continue;
      taken.add(item);
      chosen.push(item);
    }
  }
  const left = nItems - owned - chosen.length;
  const sample = Math.min(others, left);
  const represents = new Float32Array(chosen.length + sample).fill(Math.log(left / Math.max(1, sample)), chosen.length);
  for (let i = 0; i < sample; i++) {
    const item = random.outside(taken, nItems);
    taken.add(item);
    chosen.push(item);
  }
  return choiceOf(question, chosen, undefined, said, items, represents);
}

function bestOf(values: Float32Array, count: number, history: Int32Array): Int32Array {
  const top = new TopK(count + history.length);
  for (let item = 0; item < values.length; item++) if (values[item]! > top.floor) top.push(values[item]!, item);
  const { keys, size } = top.drain(topEntries(top.capacity));
  return keys.slice(0, size);
}

/** `places` in what the witnesses spoke of; `among` names the items of these places. */
function choiceOf(
  { history, popularity, weight }: AnsweredQuestion,
  places: readonly number[],
  among: Int32Array | undefined,
  said: readonly Float32Array[],
  items: ItemTraits,
  represents: Float32Array,
): Choice {
  const values = new Float32Array(places.length * said.length);
  places.forEach((place, i) => {
    said.forEach((own, t) => {
      values[i * said.length + t] = own[place]!;
    });
  });
  const named = Int32Array.from(places, (place) => among?.[place] ?? place);
  return {
    values,
    count: Float32Array.from(named, (item) => items.count[item]!),
    cold: Uint8Array.from(named, (item) => items.cold[item]!),
    represents,
    length: lengthKind(history.length),
    candidates: popularity,
    weight,
  };
}

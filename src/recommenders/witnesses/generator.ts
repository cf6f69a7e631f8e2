// What the language model writes: the log-probability of an item's tokens inside the tree of valid items. It is asked
// about a short list alone, since every item costs decoding.
import type { Task } from "../recommender.ts";
import type { WitnessQuestion } from "./witness.ts";

type Prompt = WitnessQuestion & { readonly candidates?: Int32Array | undefined };

export interface GeneratorWitness {
  readonly name: "generator";
  readonly describes: string;
  /** Log-probability of the items of each short list; direct questions hold their candidates in the prompt. */
  testify(task: Task, questions: readonly Prompt[], lists: readonly Int32Array[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}

export const GENERATOR_DESCRIBES = "log-probability of writing the item, by the language model";

/** Items that the generator is asked about, at least. */
export const SHORTLIST = 40;

/**
 * A generator that has words for the items before `known` alone, of `total`. Prompts are put without the others, which
 * get the mean of what it says of the rest of their list: nothing for them, nothing against them.
 */
export function generatorOfKnown(generator: GeneratorWitness, known: number, total: number): GeneratorWitness {
  if (known === total) return generator;
  const isKnown = (item: number) => item < known;
  return {
    name: "generator",
    describes: `${generator.describes}; of items added after training the mean of the others on the list`,
    async testify(task, questions, lists) {
      const prompts = questions.map((question): Prompt => {
        const { history, candidates } = question;
        return { ...question, history: history.filter(isKnown), candidates: candidates?.filter(isKnown) };
      });
      const asked = [...questions.keys()].filter((i) => isAnswerable(task, prompts[i]!) && lists[i]!.some(isKnown));
      const said = await generator.testify(
        task,
        asked.map((i) => prompts[i]!),
        asked.map((i) => lists[i]!.filter(isKnown)),
      );
      const out: Float32Array[] = lists.map(({ length }) => new Float32Array(length));
      asked.forEach((i, k) => {
        out[i] = withMean(lists[i]!, said[k]!, isKnown);
      });
      return out;
    },
    dispose: () => generator.dispose(),
  };
}

function isAnswerable(task: Task, { history, candidates }: Prompt): boolean {
  return history.length > 0 && (task === "sequential" || candidates!.length > 0);
}

/** `said` of the known items of `list`, and their mean of the others. */
function withMean(list: Int32Array, said: Float32Array, isKnown: (item: number) => boolean): Float32Array {
  const mean = said.reduce((sum, value) => sum + value, 0) / said.length;
  let at = 0;
  return Float32Array.from(list, (item) => (isKnown(item) ? said[at++]! : mean));
}

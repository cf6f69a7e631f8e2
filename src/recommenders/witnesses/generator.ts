// What the language model writes: the log-probability of an item's tokens inside the tree of valid items. It is asked
// about a short list alone, since every item costs decoding.
import type { Task } from "../recommender.ts";
import type { WitnessQuestion } from "./witness.ts";

type Prompt = WitnessQuestion & { readonly candidates?: Int32Array | undefined };

export interface GeneratorWitness {
  readonly name: "generator";
  readonly describes: string;
  /** As of a `Recommender`. */
  readonly dependsOnBatch?: boolean | undefined;
  /** Log-probability of the items of each short list; direct questions hold their candidates in the prompt. */
  testify(task: Task, questions: readonly Prompt[], lists: readonly Int32Array[]): Promise<Float32Array[]>;
  dispose(): Promise<void>;
}

export const GENERATOR_DESCRIBES = "log-probability of writing the item, by the language model";

/** Items that the generator is asked about, at least. */
export const SHORTLIST = 40;

/** A generator that can write items that came after training, too. */
export interface FurtherGenerator {
  readonly witness: GeneratorWitness;
  /** By item beyond those of training: 1 where it can be written. */
  readonly written: Uint8Array;
}

/**
 * A generator that has words for the items before `known` alone, of `total`; it is put prompts without the others, so
 * that it says of the known ones what it said. Of the others `further` is asked, with all that it can write in the
 * prompt; those that it cannot write get the mean of what is said of the rest of their list: nothing for them, nothing
 * against them.
 */
export function generatorOfKnown(
  generator: GeneratorWitness,
  known: number,
  total: number,
  further?: FurtherGenerator,
): GeneratorWitness {
  if (known === total) return generator;
  return {
    name: "generator",
    describes: `${generator.describes}; ${ofAdded(total - known, further)}`,
    dependsOnBatch: generator.dependsOnBatch,
    async testify(task, questions, lists) {
      const ofKnown = { generator, knows: (item: number) => item < known };
      const first = await saidBy(ofKnown, task, questions, lists);
      if (further === undefined) return first.map(withMean);
      const knows = (item: number) => item < known || further.written[item - known] === 1;
      const left = lists.map((list, i) => list.filter((_, at) => Number.isNaN(first[i]![at])));
      const second = await saidBy({ generator: further.witness, knows }, task, questions, left);
      return first.map((said, i) => {
        let at = 0;
        return withMean(said.map((value) => (Number.isNaN(value) ? second[i]![at++]! : value)));
      });
    },
    async dispose() {
      await Promise.all([generator.dispose(), further?.witness.dispose()]);
    },
  };
}

/** What is said of items that were added after training. */
function ofAdded(count: number, further: FurtherGenerator | undefined): string {
  const written = further?.written.reduce((sum, one) => sum + one, 0) ?? 0;
  const mean = "the mean of the others on the list";
  if (written === 0) return `of items added after training ${mean}`;
  if (written === count) return "items added after training are written by free codes near them";
  return `${written} of ${count} items added after training are written by free codes near them, of the others ${mean}`;
}

interface Asked {
  readonly generator: GeneratorWitness;
  knows(item: number): boolean;
}

/** In prompts without what it does not know; NaN where nothing is said. */
async function saidBy(
  { generator, knows }: Asked,
  task: Task,
  questions: readonly Prompt[],
  lists: readonly Int32Array[],
): Promise<Float32Array[]> {
  const prompts = questions.map((question): Prompt => {
    const { history, candidates } = question;
    return { ...question, history: history.filter(knows), candidates: candidates?.filter(knows) };
  });
  const asked = [...questions.keys()].filter((i) => isAnswerable(task, prompts[i]!) && lists[i]!.some(knows));
  const out = lists.map(({ length }) => new Float32Array(length).fill(Number.NaN));
  if (asked.length === 0) return out;
  const said = await generator.testify(
    task,
    asked.map((i) => prompts[i]!),
    asked.map((i) => lists[i]!.filter(knows)),
  );
  asked.forEach((i, k) => {
    let at = 0;
    out[i] = Float32Array.from(lists[i]!, (item) => (knows(item) ? said[k]![at++]! : Number.NaN));
  });
  return out;
}

function isAnswerable(task: Task, { history, candidates }: Prompt): boolean {
  return history.length > 0 && (task === "sequential" || candidates!.length > 0);
}

/** The mean of what is said where nothing is; 0 where nothing is said of any. */
function withMean(said: Float32Array): Float32Array {
  const known = said.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  return said.map((value) => (Number.isNaN(value) ? mean : value));
}

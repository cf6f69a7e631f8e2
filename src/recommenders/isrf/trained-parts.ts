// What of a run speaks as a witness: the interests and the backbone of its best checkpoint, and its sequence model.
import { internal } from "../../base/errors.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { type FurtherRows, withFurtherItems } from "../generative/further-items.ts";
import { Generator } from "../generative/generator.ts";
import { loadModel } from "../generative/model-files.ts";
import { type GenerativeState, itemInterests, userInterests } from "../generative/state.ts";
import type { OpenParts } from "../witnesses/evidence-part.ts";
import { type FurtherGenerator, GENERATOR_DESCRIBES, type GeneratorWitness } from "../witnesses/generator.ts";
import { openSequence } from "./sequence-part.ts";

/** `state`: the backbone's best checkpoint; default: it is read. */
export function trainedParts(run: string, compile: CompileOptions, state?: GenerativeState): OpenParts {
  return async (names, newTexts) => {
    const known = state ?? (await bestState(run));
    return {
      interests: { users: userInterests(known), items: itemInterests(known) },
      sequence: names.includes("sequence") ? await openSequence(run, compile, newTexts) : undefined,
      generator: names.includes("generator") ? generatorWitness(known, compile) : undefined,
      furtherGenerator: (rowsOf) => furtherGenerator(known, rowsOf, compile),
    };
  };
}

async function bestState(run: string): Promise<GenerativeState> {
  const checkpoint = await Checkpoints.ofRun(run).open("best");
  if (checkpoint === undefined) throw internal("a training ended without a best checkpoint");
  return loadModel(checkpoint);
}

async function furtherGenerator(
  known: GenerativeState,
  rowsOf: FurtherRows,
  compile: CompileOptions,
): Promise<FurtherGenerator | undefined> {
  const further = await withFurtherItems(known, rowsOf);
  if (further === undefined) return undefined;
  const { state, places } = further;
  const { nItems } = known.network;
  const numbered = (items: Int32Array) => items.map((item) => (item < nItems ? item : places[item - nItems]!));
  const witness = generatorWitness(state, compile);
  return {
    written: Uint8Array.from(places, (place) => Number(place >= 0)),
    witness: {
      ...witness,
      testify: (task, questions, lists) => {
        const prompts = questions.map((question) => ({
          ...question,
          history: numbered(question.history),
          candidates: question.candidates && numbered(question.candidates),
        }));
        return witness.testify(task, prompts, lists.map(numbered));
      },
    },
  };
}

function generatorWitness(state: GenerativeState, compile: CompileOptions): GeneratorWitness {
  const generator = new Generator(state, compile);
  return {
    name: "generator",
    describes: GENERATOR_DESCRIBES,
    dependsOnBatch: generator.dependsOnBatch,
    testify: (task, questions, lists) => {
      const prompts = questions.map(({ userIndex, history, candidates }) => {
        const items = task === "direct" ? candidates! : history;
        return { task, userIndex: userIndex!, items, history };
      });
      return generator.shortlistScores(prompts, lists);
    },
    dispose: () => generator.dispose(),
  };
}

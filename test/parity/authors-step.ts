// One training step of the authors' form as the product makes it - its own batches, network, tables and optimisers - on
// the graphs, prompts and starting values that peers/authors_step.py drew.

import type { Prompt, PromptForm } from "../../src/backbone/prompt.ts";
import { EOS_ID } from "../../src/backbone/t5-config.ts";
import { builtinTokenizer } from "../../src/backbone/tokenizer.ts";
import { matrix } from "../../src/base/matrix.ts";
import { trainingLists } from "../../src/data/index.ts";
import {
  ADAMW_DEFAULTS,
  compileTrainStep,
  type Parameter,
  Parameters,
  sizeOf,
  type TensorSpec,
} from "../../src/engine/index.ts";
import { floatTensor, readSafetensors } from "../../src/engine/safetensors.ts";
import { groupInterests, groupUsers } from "../../src/interests/group-interests.ts";
import { individualInterests } from "../../src/interests/individual-interests.ts";
import { interactionGraph } from "../../src/interests/interaction-graph.ts";
import { PropagatedTable } from "../../src/interests/propagated-table.ts";
import { relationMatrix } from "../../src/interests/user-graph.ts";
import { makeBatch } from "../../src/recommenders/generative/examples/batches.ts";
import { interestRows } from "../../src/recommenders/generative/generator.ts";
import { alignmentFeeds } from "../../src/recommenders/generative/network/inputs.ts";
import { networkParameters, objective } from "../../src/recommenders/generative/network/network.ts";
import type { AskedTask } from "../../src/recommenders/generative/options/options.ts";
import { systemOptions } from "../../src/recommenders/generative/options/system.ts";
import type { Example, NetworkShape } from "../../src/recommenders/generative/shapes.ts";
import type { GenerativeState } from "../../src/recommenders/generative/state.ts";
import { selfLoopOf } from "../../src/recommenders/generative/tables/group-table.ts";
import { interestOptimiser } from "../../src/recommenders/generative/tables/individual-table.ts";
import { TrainedInterests } from "../../src/recommenders/generative/tables/trained-interests.ts";
import { isrf } from "../../src/recommenders/isrf/isrf.ts";
import type { Fixture } from "./fixture.ts";
import { CHECKPOINT, smallConfig } from "./small-t5.ts";

const LEARNING_RATE = 1e-2;

/** Sizes and strengths of the recipe; what the form is made of comes from the preset. */
const SIZES = {
  // The recipe's own random T5, whose words nobody scales.
  checkpoint: "none",
  normaliseWords: false,
  width: 24,
  semanticWidth: 24,
  layers: 2,
  dropout: 0,
  neighbours: 3,
  betaSequential: 0.75,
  betaDirect: 1.5,
  explanationTokens: 4,
  explanationLeast: 0,
  learningRate: LEARNING_RATE,
  interestLearningRate: LEARNING_RATE,
};
/** Prompts are as long as the longest of a batch, as in the recipe; the decoder sees their padding. */
const EXACT_LENGTH = 1;

export interface StepResult {
  readonly generation: number;
  readonly alignment: number;
  /** Everything learned that the step reached. */
  readonly moved: readonly Parameter[];
}

/** The recipe's values are given for fewer rows where later ones stand in no prompt. */
function startOf(fixture: Fixture, { name, shape }: TensorSpec): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  values.set(fixture.floats(`start/${name}`));
  return values;
}

async function tables(fixture: Fixture, options: ReturnType<typeof systemOptions>) {
  const [nUsers, k] = fixture.get("neighbours").shape as [number, number];
  const [nItems, columns] = fixture.get("texts").shape as [number, number];
  const edges: number[][] = Array.from({ length: nUsers }, () => []);
  const pairs = fixture.ints("pairs");
  for (let i = 0; i < pairs.length; i += 2) edges[pairs[i]!]!.push(pairs[i + 1]!);
  const graph = {
    nUsers,
    nItems,
    graph: interactionGraph(trainingLists(edges.map((items) => Int32Array.from(items))), nItems),
    embeddings: matrix(nItems, columns, fixture.floats("texts")),
  };
  const { width, individualLayers: layers, sigma, itemSource } = options;
  const specs = ["interest.users", "adapter.w1", "adapter.b1", "adapter.w2", "adapter.b2"].map((name) => ({
    name,
    shape: fixture.get(`start/${name}`).shape,
  }));
  const shared = { width, optimiser: interestOptimiser(options), compile: { threads: 1 } };
  const build = individualInterests(graph, { width, layers, sigma, itemSource });
  const individual = await PropagatedTable.create({
    ...shared,
    rows: nUsers + nItems,
    build: (t) => build(t).interests,
    parameters: Parameters.of(specs, (spec) => startOf(fixture, spec)),
  });
  const relation = relationMatrix({ rows: nUsers, k, neighbours: fixture.ints("neighbours") }, selfLoopOf(options, k));
  const group = await PropagatedTable.create({
    ...shared,
    rows: nUsers,
    build: groupInterests(relation, { width, layers: options.groupLayers, includesSelf: options.groupSelf }),
    parameters: Parameters.of([groupUsers(nUsers, width)], (spec) => startOf(fixture, spec)),
  });
  return { nUsers, nItems, individual, group };
}

/** Prompts and answers as the recipe wrote them: examples name them by `template` and `target`. */
function writtenForm(fixture: Fixture, task: AskedTask): { form: PromptForm; examples: Example[]; slots: number } {
  const ints = (name: string) => fixture.ints(`${task}/${name}`);
  const [length, target] = [fixture.get(`${task}/tokens`).shape[1]!, fixture.get(`${task}/labels`).shape[1]!];
  const slots = fixture.get(`${task}/items`).shape[1]!;
  const row = (name: string, b: number, width: number, used: number) => [
    ...ints(name).subarray(b * width, b * width + used),
  ];
  const prompt = (_user: number, _items: ArrayLike<number>, b = 0): Prompt => {
    const used = ints("lengths")[b]!;
    const words = row("words", b, length, used);
    return { tokens: row("tokens", b, length, used), words, places: words.map((_, i) => i + 1) };
  };
  const unused = (): never => {
    throw new Error("internal: prompts are given");
  };
  // Without end of sequence, which the batch adds, and padding.
  const answer = (b: number) => row("labels", b, target, target).filter((token) => token > EOS_ID);
  const form: PromptForm = {
    kind: "text",
    tokensPerPosition: 1,
    isAligned: false,
    vocabulary: 0,
    templates: { sequential: 0, direct: 0, explanation: 0 },
    sequential: prompt,
    direct: prompt,
    explanation: (_, item, b) => prompt(_, [item], b),
    sentences: { tokens: (b) => answer(Number(b)), text: unused },
    writer: unused,
    word: unused,
    positions: () => undefined,
    target: answer,
    longestTarget: target,
    itemOf: unused,
  };
  const examples = Array.from(ints("users"), (userIndex, b) => {
    const items = ints("items").slice(b * slots, b * slots + ints("counts")[b]!);
    const answered = task === "explanation" ? { sentence: String(b) } : { target: b };
    return { task, userIndex, items, template: b, ...answered };
  });
  return { form, examples, slots };
}

/** A step of `task` from the start. */
export async function authorsStep(fixture: Fixture, task: AskedTask): Promise<StepResult> {
  const options = systemOptions(isrf, "authors", { protocol: "paper", set: SIZES });
  const { nUsers, nItems, individual, group } = await tables(fixture, options);
  const trained = new TrainedInterests({ individual, group }, options);
  const t5 = await smallConfig();
  const network: NetworkShape = {
    options,
    t5,
    nItems,
    tokensPerPosition: 1,
    isAligned: false,
    scales: { individual: 1, group: 1 },
  };
  const checkpoint = await readSafetensors(CHECKPOINT);
  const parameters = Parameters.of(networkParameters(network), (spec) =>
    checkpoint.tensors.has(spec.name)
      ? floatTensor(CHECKPOINT, checkpoint, spec.name, spec.shape)
      : startOf(fixture, spec),
  );
  const { form, examples, slots } = writtenForm(fixture, task);
  const state: GenerativeState = {
    network,
    nUsers,
    form,
    parameters,
    interests: trained.tables,
    codes: undefined,
    userCodes: undefined,
    words: [],
    tokenizer: builtinTokenizer(),
    itemNumbers: new Int32Array(nItems),
  };
  const { shape, feeds } = makeBatch(examples, form, network, interestRows(state), slots, EXACT_LENGTH);
  const optimiser = { ...ADAMW_DEFAULTS, learningRate: LEARNING_RATE };
  const step = await compileTrainStep((t) => objective(t, network, shape, true), parameters, optimiser, { threads: 1 });
  const results = await step.run({ ...feeds, ...alignmentFeeds(1) }, optimiser);
  trained.collect(results, examples, shape, state);
  await trained.afterStep(0);
  await Promise.all([step.dispose(), trained.dispose()]);
  const all = [parameters, individual.definition.parameters, group.definition.parameters].flatMap((set) => set.all);
  return {
    generation: results.generation![0] as number,
    alignment: results.alignment![0] as number,
    moved: all.filter(({ steps }) => steps > 0),
  };
}

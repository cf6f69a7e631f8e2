// The last part of a training: what witnesses know is gathered, and how far each is believed is learned.
import { join } from "node:path";
import { internal } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Matrix } from "../../base/matrix.ts";
import { trainingCounts } from "../../data/index.ts";
import { pca } from "../../embedding/index.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import type { TrainRequest } from "../definition.ts";
import { Generator } from "../generative/generator.ts";
import { loadModel } from "../generative/model-files.ts";
import { type GenerativeState, itemInterests, userInterests } from "../generative/state.ts";
import { findSimilarUsers } from "../generative/tables/group-table.ts";
import { coldItems, rowsOfCold, withRows } from "../witnesses/cold-rows.ts";
import { type EvidenceTables, loadEvidence, saveEvidence } from "../witnesses/evidence-files.ts";
import { EvidenceRecommender } from "../witnesses/evidence-recommender.ts";
import { fitTextMap, TEXT_MAP_OPTIONS } from "../witnesses/fit-text-map.ts";
import { GENERATOR_DESCRIBES, type GeneratorWitness } from "../witnesses/generator.ts";
import { groupWitness } from "../witnesses/group.ts";
import { individualWitness, stretchOf } from "../witnesses/individual.ts";
import { type Learned, learnWeights } from "../witnesses/learn.ts";
import { CandidatePopularity, type ItemTraits } from "../witnesses/mixture/weights.ts";
import { followingItems, NEIGHBOUR_OPTIONS, neighbourWitness } from "../witnesses/neighbours.ts";
import { countScale, popularityWitness, scaledCounts } from "../witnesses/popularity.ts";
import { type SequenceModel, sequenceWitness } from "../witnesses/sequence.ts";
import { identityMap, textWitness, unitTexts } from "../witnesses/text-match.ts";
import type { Witness, WitnessName } from "../witnesses/witness.ts";
import { examplesOf, exampleUsers } from "./examples.ts";
import { type IsrfOptions, witnessesOf } from "./options.ts";
import { openSequence } from "./sequence-part.ts";

/** Columns of text vectors that witnesses read at most: wider ones are reduced. */
const TEXT_COLUMNS = 512;
const STAGE = "evidence";

const partOf = (run: string): string => join(run, "evidence");

/** What speaks: the trained parts of a run. */
interface Trained {
  readonly generative: GenerativeState;
  readonly sequence: SequenceModel | undefined;
}

/** Gathers and learns from the run's trained parts, unless an earlier call of the same run did. */
export async function learnEvidence(request: TrainRequest, options: IsrfOptions): Promise<void> {
  const { directory, compile, report } = request;
  const where = partOf(directory);
  if (request.resume && (await exists(where))) return;
  const names = witnessesOf(options);
  report({ kind: "stage", stage: STAGE, detail: names.join(", ") });
  const started = performance.now();
  const checkpoint = await Checkpoints.ofRun(directory).open("best");
  if (checkpoint === undefined) throw internal("a training ended without a best checkpoint");
  const trained = await openTrained(directory, await loadModel(checkpoint), names, compile);
  const tables = await gatherTables(request, options, trained.generative);
  const learned = await learn(request, options, trained, tables);
  await saveEvidence(where, { tables, learned });
  const seconds = (performance.now() - started) / 1000;
  report({ kind: "done", stage: STAGE, detail: describeLearned(learned), seconds });
}

function describeLearned({ figures }: Learned): string {
  return figures
    .map(
      ({ question, whole: { all } }) => `${question}: HR@10 ${all.hr10.toFixed(4)}, NDCG@10 ${all.ndcg10.toFixed(4)}`,
    )
    .join("; ");
}

async function openTrained(
  run: string,
  generative: GenerativeState,
  names: readonly WitnessName[],
  compile: CompileOptions,
): Promise<Trained> {
  return { generative, sequence: names.includes("sequence") ? await openSequence(run, compile) : undefined };
}

async function gatherTables(
  { split, view, embeddings, seed, compile, report, signal }: TrainRequest,
  options: IsrfOptions,
  generative: GenerativeState,
): Promise<EvidenceTables> {
  const names = new Set<WitnessName>(witnessesOf(options));
  const { prefixes } = view;
  const following = names.has("neighbours") ? followingItems(prefixes, split.nItems, NEIGHBOUR_OPTIONS) : undefined;
  const search = { options, seed, report, signal };
  const similar = names.has("group") ? await findSimilarUsers(embeddings!.users, search) : undefined;
  const vectors = names.has("text") ? await textVectors(embeddings!.items, signal) : undefined;
  const { textMapRank: rank, textMapSteps: steps } = options;
  const mapOptions = { ...TEXT_MAP_OPTIONS, rank, steps };
  const map =
    vectors === undefined || steps === 0
      ? undefined
      : await fitTextMap({ texts: vectors, prefixes, options: mapOptions, seed, compile });
  return {
    counts: trainingCounts({ ...split, prefixes }),
    prefixes,
    following,
    similar,
    texts: vectors && { vectors, map: map ?? identityMap(vectors.columns) },
    stretch: names.has("individual") ? stretchOf(userInterests(generative), itemInterests(generative), prefixes) : 1,
  };
}

async function textVectors(items: Matrix, signal: AbortSignal | undefined): Promise<Matrix> {
  const columns = Math.min(TEXT_COLUMNS, items.rows);
  return unitTexts(items.columns <= TEXT_COLUMNS ? items : (await pca(items, columns, signal)).matrix);
}

/** Those who speak of a run, and what they read of items. */
interface Speakers {
  readonly witnesses: readonly Witness[];
  readonly generator: GeneratorWitness | undefined;
  readonly items: ItemTraits;
  readonly popularity: CandidatePopularity;
}

/** They own the sequence model. */
function speakersOf(
  names: readonly WitnessName[],
  { generative, sequence }: Trained,
  tables: EvidenceTables,
  compile: CompileOptions,
): Speakers {
  const { counts, prefixes, following, similar, texts, stretch } = tables;
  const scaled = scaledCounts(counts, countScale(counts));
  const make: Readonly<Record<Exclude<WitnessName, "generator">, () => Witness>> = {
    sequence: () => sequenceWitness(sequence!),
    individual: () => {
      const items = knownInterests(itemInterests(generative), tables);
      return individualWitness({ users: userInterests(generative), items, stretch }, compile);
    },
    group: () => groupWitness(similar!, prefixes, counts),
    neighbours: () => neighbourWitness(following!, NEIGHBOUR_OPTIONS),
    text: () => textWitness(texts!.vectors, texts!.map, compile),
    popularity: () => popularityWitness(scaled),
  };
  return {
    witnesses: names.flatMap((name) => (name === "generator" ? [] : [make[name]()])),
    generator: names.includes("generator") ? generatorOf(generative, compile) : undefined,
    items: { count: scaled, cold: Uint8Array.from(counts, (count) => Number(count === 0)) },
    popularity: new CandidatePopularity(counts, scaled),
  };
}

/** Interests of items, those of items that nobody took by their texts where there are any. */
function knownInterests(items: Matrix, { counts, texts }: EvidenceTables): Matrix {
  const cold = coldItems(counts);
  if (texts === undefined || cold.length === 0) return items;
  return withRows(items, cold, rowsOfCold(cold, items, texts.vectors, counts));
}

function generatorOf(state: GenerativeState, compile: CompileOptions): GeneratorWitness {
  const generator = new Generator(state, compile);
  return {
    name: "generator",
    describes: GENERATOR_DESCRIBES,
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

async function learn(
  { split, view, validationNegatives, seed, compile, report }: TrainRequest,
  options: IsrfOptions,
  trained: Trained,
  tables: EvidenceTables,
): Promise<Learned> {
  const speakers = speakersOf(witnessesOf(options), trained, tables, compile);
  try {
    const wanted = {
      chosen: options.validationUsers,
      learn: options.weightUsers,
      report: options.weightReportUsers,
    };
    const users = exampleUsers(split.nUsers, wanted, seed);
    const source = {
      split: { ...split, prefixes: view.prefixes },
      negatives: validationNegatives,
      popularity: speakers.popularity,
      seed,
    };
    return await learnWeights({
      ...speakers,
      counts: tables.counts,
      learn: examplesOf(users.learn, source),
      report: examplesOf(users.report, source),
      seed,
      onProgress: report,
    });
  } finally {
    await Promise.all([...speakers.witnesses.map((one) => one.dispose?.()), speakers.generator?.dispose()]);
  }
}

/** Answers of a run as sums of evidence. `state`: its backbone's best checkpoint. */
export async function openEvidence(
  name: string,
  run: string,
  state: GenerativeState,
  compile: CompileOptions,
): Promise<EvidenceRecommender> {
  const { tables, learned } = await loadEvidence(partOf(run));
  const { sequential, direct } = learned.weights;
  const isWritten = sequential.final !== undefined || direct.final !== undefined;
  const names = [...sequential.first.terms, ...(isWritten ? (["generator"] as const) : [])];
  const trained = await openTrained(run, state, names, compile);
  return new EvidenceRecommender({
    name,
    nUsers: state.nUsers,
    ...speakersOf(names, trained, tables, compile),
    weights: learned.weights,
    vectors: {
      description: `interests that ${name} learnt on the graph of users and items`,
      items: itemInterests(state),
      users: userInterests(state),
    },
    neighbours: tables.similar?.k ?? 0,
  });
}

export async function hasEvidence(run: string): Promise<boolean> {
  return exists(partOf(run));
}

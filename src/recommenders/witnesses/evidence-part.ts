// The last part of a training: what witnesses know is gathered, and how far each is believed is learned.
import { exists } from "../../base/files.ts";
import type { Matrix } from "../../base/matrix.ts";
import { trainingCounts } from "../../data/index.ts";
import type { CompileOptions } from "../../engine/index.ts";
import type { TrainRequest } from "../definition.ts";
import { findSimilarUsers, type SimilarUsersContext } from "../generative/tables/group-table.ts";
import { evidencePart } from "../part-folders.ts";
import type { PreparationStage } from "../training/preparation-clock.ts";
import { coldInterests, knownInterests } from "./cold-rows.ts";
import { type EvidenceTables, loadEvidence, saveEvidence } from "./evidence-files.ts";
import { EvidenceRecommender } from "./evidence-recommender.ts";
import { examplesOf, exampleUsers } from "./examples.ts";
import { sharedTextMap, TEXT_MAP_OPTIONS } from "./fit-text-map.ts";
import { type FurtherGenerator, type GeneratorWitness, generatorOfKnown } from "./generator.ts";
import { groupWitness } from "./group.ts";
import { individualWitness, stretchOf } from "./individual.ts";
import { type Learned, learnWeights } from "./learn.ts";
import { learnedEvidence } from "./learned-weights.ts";
import { CandidatePopularity, type ItemTraits } from "./mixture/weights.ts";
import { nearestTextWitness } from "./nearest-text.ts";
import { followingItems, NEIGHBOUR_OPTIONS, neighbourWitness } from "./neighbours.ts";
import { withNewInterests, withNewItems } from "./new-items.ts";
import { countScale, popularityWitness, scaledCounts } from "./popularity.ts";
import { CatalogueRanking } from "./ranking/catalogue-ranking.ts";
import { type SequenceModel, sequenceWitness } from "./sequence.ts";
import { identityMap } from "./text-map.ts";
import { textWitness } from "./text-match.ts";
import { readTexts } from "./text-vectors.ts";
import { WITNESSES, type Witness, type WitnessName } from "./witness.ts";

const STAGE = "evidence";

/** Who is to speak, and how much is looked at. */
export interface EvidenceOptions extends Readonly<SimilarUsersContext["options"]> {
  readonly textMapRank: number;
  readonly textMapSteps: number;
  readonly weightUsers: number;
  readonly weightReportUsers: number;
  /** Users that chose checkpoints. */
  readonly validationUsers: number;
}

/** The trained parts of a run that speak. */
export interface TrainedParts {
  /** Interests on the user-item graph: [nUsers, d] and, of the items of training, [nItems, d]. */
  readonly interests: { readonly users: Matrix; readonly items: Matrix };
  readonly sequence: SequenceModel | undefined;
  readonly generator: GeneratorWitness | undefined;
  /**
   * That can write items which came after training; undefined where none can be written. `rowsOf` gives rows [all, d]
   * of all items for those of training [nItems, d].
   */
  furtherGenerator?(rowsOf: (known: Matrix) => Promise<Matrix>): Promise<FurtherGenerator | undefined>;
}

/** Opens the trained parts that speak. The sequence model knows the items of `newTexts`, too. */
export type OpenParts = (names: readonly WitnessName[], newTexts?: Matrix) => Promise<TrainedParts>;

/** Users that chose a checkpoint by an option: 0 that validate are all of them. */
export function choosingUsers(validationUsers: number): number {
  return validationUsers || Number.POSITIVE_INFINITY;
}

/**
 * Gathers and learns from the run's trained parts, unless an earlier call of the same run did. `bestScore` is what runs
 * are compared by: the mean of both tasks' NDCG@10 on validation items that weights were not learned from. `weights` is
 * what it took.
 */
export async function learnEvidence(
  request: TrainRequest,
  names: readonly WitnessName[],
  options: EvidenceOptions,
  openParts: OpenParts,
): Promise<{ readonly bestScore: number; readonly weights: PreparationStage }> {
  const startedMs = performance.now();
  const bestScore = scoreOf(await gatherAndLearn(request, names, options, openParts));
  const seconds = (performance.now() - startedMs) / 1000;
  return { bestScore, weights: { name: STAGE, seconds, detail: `weights of ${names.length} witnesses` } };
}

async function gatherAndLearn(
  request: TrainRequest,
  names: readonly WitnessName[],
  options: EvidenceOptions,
  openParts: OpenParts,
): Promise<Learned> {
  const { directory, report } = request;
  const where = evidencePart(directory);
  if (request.resume && (await exists(where))) return (await loadEvidence(where)).learned;
  report({ kind: "stage", stage: STAGE, detail: names.join(", ") });
  const started = performance.now();
  const trained = await openParts(names);
  const tables = await gatherTables(request, new Set(names), options, trained);
  const learned = await learn(request, names, options, trained, tables);
  await saveEvidence(where, { tables, learned });
  const seconds = (performance.now() - started) / 1000;
  report({ kind: "done", stage: STAGE, detail: describeLearned(learned), seconds });
  return learned;
}

function scoreOf({ figures }: Learned): number {
  const [next, ...among] = figures.map(({ whole }) => whole.all.ndcg10);
  return (next! + among.reduce((sum, value) => sum + value / among.length, 0)) / 2;
}

function describeLearned({ figures }: Learned): string {
  return figures
    .map(
      ({ question, whole: { all } }) => `${question}: HR@10 ${all.hr10.toFixed(4)}, NDCG@10 ${all.ndcg10.toFixed(4)}`,
    )
    .join("; ");
}

async function gatherTables(
  { split, view, embeddings, seed, compile, shared, keptSimilarUsers, report, signal }: TrainRequest,
  names: ReadonlySet<WitnessName>,
  options: EvidenceOptions,
  { interests: { users, items } }: TrainedParts,
): Promise<EvidenceTables> {
  const { prefixes } = view;
  const following = names.has("neighbours") ? followingItems(prefixes, split.nItems, NEIGHBOUR_OPTIONS) : undefined;
  const { threads } = compile;
  const search = { options, seed, shared, keptSimilarUsers, compile, report, signal };
  const similar = names.has("group") ? await findSimilarUsers(embeddings!.users, search) : undefined;
  const isRead = names.has("text") || names.has("nearest");
  const texts = isRead ? await readTexts(embeddings!.items, { threads, signal }) : undefined;
  const { textMapRank: rank, textMapSteps: steps } = options;
  const mapOptions = { ...TEXT_MAP_OPTIONS, rank, steps };
  const map =
    texts === undefined || steps === 0
      ? undefined
      : await sharedTextMap(shared, { texts: texts.vectors, prefixes, options: mapOptions, seed, compile }, signal);
  const known = {
    counts: trainingCounts({ ...split, prefixes }),
    texts: texts && { ...texts, map: map ?? identityMap(texts.vectors.columns) },
  };
  return {
    ...known,
    prefixes,
    following,
    similar,
    coldInterests: names.has("individual") ? await coldInterests(items, known, { threads, signal }) : undefined,
    stretch: names.has("individual") ? stretchOf(users, items, prefixes) : 1,
  };
}

/** Those who speak of a run, and what they read of items. */
interface Speakers {
  readonly witnesses: readonly Witness[];
  readonly generator: GeneratorWitness | undefined;
  readonly items: ItemTraits;
  readonly popularity: CandidatePopularity;
}

/** They own the sequence model. `tables` may hold items beyond those of training; `items` are the interests of all. */
async function speakersOf(
  names: readonly WitnessName[],
  { interests, sequence, generator }: TrainedParts,
  tables: EvidenceTables,
  items: Matrix,
  compile: CompileOptions,
  further?: FurtherGenerator,
): Promise<Speakers> {
  const { counts, prefixes, following, similar, texts, stretch } = tables;
  const known = interests.items.rows;
  const scaled = scaledCounts(counts, countScale(counts.subarray(0, known)));
  const individual = names.includes("individual") ? await knownInterests(items, tables, known, compile) : items;
  const rows = { users: interests.users, items: individual };
  const make: Readonly<Record<Exclude<WitnessName, "generator">, () => Witness>> = {
    sequence: () => sequenceWitness(sequence!, compile),
    individual: () =>
      individualWitness({ ...rows, stretch, knowsNewItems: tables.coldInterests !== undefined }, compile),
    group: () => groupWitness(similar!, prefixes, counts),
    neighbours: () => neighbourWitness(following!, NEIGHBOUR_OPTIONS),
    text: () => textWitness(texts!.vectors, texts!.map, compile),
    nearest: () => nearestTextWitness(texts!.vectors, compile),
    popularity: () => popularityWitness(scaled),
  };
  return {
    witnesses: names.flatMap((name) => (name === "generator" ? [] : [make[name]()])),
    generator: names.includes("generator")
      ? generator && generatorOfKnown(generator, known, counts.length, further)
      : undefined,
    items: { count: scaled, cold: Uint8Array.from(counts, (count) => Number(count === 0)) },
    popularity: new CandidatePopularity(counts, scaled),
  };
}

async function learn(
  { split, view, validationNegatives, seed, compile, report }: TrainRequest,
  names: readonly WitnessName[],
  options: EvidenceOptions,
  trained: TrainedParts,
  tables: EvidenceTables,
): Promise<Learned> {
  const speakers = await speakersOf(names, trained, tables, trained.interests.items, compile);
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
      counts: tables.counts,
      seed,
    };
    const learned = await learnWeights({
      ...speakers,
      counts: tables.counts,
      learn: examplesOf(users.learn, source),
      report: examplesOf(users.report, source),
      seed,
      onProgress: report,
    });
    return { ...learned, alsoChose: users.alsoChose };
  } finally {
    await Promise.all([...speakers.witnesses.map((one) => one.dispose?.()), speakers.generator?.dispose()]);
  }
}

/** Answers of a run as sums of evidence, about items of `newTexts` too. */
export async function openEvidence(
  name: string,
  run: string,
  openParts: OpenParts,
  compile: CompileOptions,
  newTexts?: Matrix,
): Promise<EvidenceRecommender> {
  const { tables: known, learned } = await loadEvidence(evidencePart(run));
  const tables = newTexts === undefined ? known : withNewItems(known, newTexts, evidencePart(run));
  const { sequential, direct } = learned.weights;
  const isWritten = sequential.final !== undefined || direct.final !== undefined;
  const learnt = WITNESSES.filter((name) => sequential.first.terms.includes(name));
  const names = [...learnt, ...(isWritten ? (["generator"] as const) : [])];
  const trained = await openParts(names, newTexts);
  const { users } = trained.interests;
  const rowsOf = (ofTraining: Matrix) => withNewInterests(ofTraining, tables, compile);
  const items = await rowsOf(trained.interests.items);
  const further = isWritten && newTexts !== undefined ? await trained.furtherGenerator?.(rowsOf) : undefined;
  const speakers = await speakersOf(names, trained, tables, items, compile, further);
  return new EvidenceRecommender({
    name,
    nUsers: users.rows,
    ...speakers,
    counts: tables.counts,
    catalogue: new CatalogueRanking(speakers.witnesses, speakers.items),
    weights: learned.weights,
    learned: learnedEvidence(learned, known.counts),
    vectors: { description: `interests that ${name} learnt on the graph of users and items`, items, users },
    neighbours: tables.similar?.k ?? 0,
  });
}

export async function hasEvidence(run: string): Promise<boolean> {
  return exists(evidencePart(run));
}

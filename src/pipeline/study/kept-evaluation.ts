// Whether an evaluation that lies in a study's folder is the one that would be made now: test questions are put again
// where other vectors or another run to fuse with would answer them, and only there.
import { join } from "node:path";
import { DamageError } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Dataset, Protocol } from "../../data/index.ts";
import { type Embeddings, openEmbeddings, vectorsHash } from "../../embedding/index.ts";
import type { Task } from "../../recommenders/recommender.ts";
import { UNTRAINED } from "../../recommenders/registry.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { isRun, readRunConfig } from "../../runs/run.ts";
import { type EvaluationRecord, questionName } from "../evaluate/evaluation-record.ts";
import { isOfEarlierModel, isTrained } from "../evaluate/measured-model.ts";
import { readEvaluation } from "../evaluate/store.ts";
import { USUAL_EMBEDDINGS } from "./study-plan.ts";

export interface Asked {
  /** Another sample of users is another evaluation. */
  readonly users?: number | undefined;
  /** Of the data; undefined where there are none, and what was made from some stays. */
  readonly vectors?: Embeddings | undefined;
  /** Name of the vectors. */
  readonly embeddings: string;
}

/** Undefined where nobody has embedded yet. @throws InputError for damaged ones. */
export async function vectorsIfThere(
  directory: string,
  name: string,
  dataset?: Pick<Dataset, "hash">,
): Promise<Embeddings | undefined> {
  return openEmbeddings(directory, name, dataset).catch((error: unknown) => {
    if (error instanceof InputError && !(error instanceof DamageError)) return undefined;
    throw error;
  });
}

export interface AskedUntrained extends Asked {
  /** Of the data. */
  readonly hash: string;
  readonly protocol: Protocol;
  /** What trainings take for their graph, in words; absent where the protocol alone says. */
  readonly graph?: string | undefined;
}

/** True for the evaluation of everything that needs no training, with the rows that `vectors` allow, on these data. */
export async function isKeptUntrained(
  directory: string,
  { hash, protocol, graph, ...asked }: AskedUntrained,
): Promise<boolean> {
  const record = await recordOf(directory, asked.users);
  if (record?.dataset.hash !== hash || record.protocol !== protocol) return false;
  // Versions that did not read reviews here made rows that stand beside no training.
  if (graph !== undefined && !record.fingerprint.training.startsWith(`${graph}, `)) return false;
  return isWhole(record, ALL_TASKS) && hasVectors(record, asked, TEXT_ROWS);
}

/** True for the evaluation of a cell, fused with the run `fuse` where one is named. */
export async function isKeptCell(
  directory: string,
  { fuse, ...asked }: Asked & { readonly fuse?: string | undefined },
): Promise<boolean> {
  const record = await recordOf(directory, asked.users);
  if (record === undefined) return false;
  // A study that was unpacked without its models has its evaluations alone.
  if (!(await isTrained(directory)) || (fuse !== undefined && !(await isTrained(fuse)))) return true;
  if (await isOfEarlierModel(directory, record)) return false;
  if (!isWhole(record, await tasksOf(directory))) return false;
  if (fuse === undefined) return record.fusedWith === undefined;
  if (record.fusedWith === undefined) return hasFusion(record) && asked.embeddings === USUAL_EMBEDDINGS;
  return record.fusedWith.hash === (await modelVersion(fuse)) && hasVectors(record, asked, []);
}

const ALL_TASKS: readonly Task[] = ["sequential", "direct"];
const POPULAR = "direct-popularity";
const QUESTIONS: Readonly<Record<Task, readonly string[]>> = {
  sequential: ["sequential"],
  direct: ["direct-uniform", POPULAR],
};

/**
 * Whether all questions of `tasks` were put, in lists of the usual length: somebody may have asked the run of a study
 * one task alone, or for longer lists, which are not compared with others. Cold items are not asked for among popular
 * ones, but were once.
 */
function isWhole({ tasks: answers, fingerprint }: EvaluationRecord, tasks: readonly Task[]): boolean {
  if (fingerprint.listLength !== undefined) return false;
  const asked = new Set(answers.map(questionName));
  const isOfColdItems = asked.has("sequential-cold");
  if (isOfColdItems && asked.has(POPULAR)) return false;
  const usual = tasks.flatMap((task) => QUESTIONS[task]);
  return usual.every((one) => asked.has(one) || (isOfColdItems && one === POPULAR));
}

/** What a run can be asked, at least: a generative one may have learnt a task alone, or to write sentences alone. */
async function tasksOf(directory: string): Promise<readonly Task[]> {
  const learnt = (await isRun(directory)) ? (await readRunConfig(directory)).options.tasks : undefined;
  if (learnt === "explanation") return [];
  return ALL_TASKS.filter((task) => learnt !== ALL_TASKS.find((other) => other !== task));
}

/** Rows that are there with vectors alone. */
const TEXT_ROWS: readonly string[] = UNTRAINED.filter(({ needs }) => needs === "itemEmbeddings").map(
  ({ name }) => name,
);

/** The stored answers to the same questions, if any. */
async function recordOf(directory: string, users: number | undefined): Promise<EvaluationRecord | undefined> {
  if (!(await exists(join(directory, "evaluation.json")))) return undefined;
  const record = await readEvaluation(directory);
  const { users: asked, split } = record;
  return split === "test" && asked.evaluated === Math.min(users ?? asked.total, asked.total) ? record : undefined;
}

/**
 * Records of earlier versions do not say which vectors they read: those that hold `rows` are taken as they are, where
 * the vectors have the usual name.
 */
function hasVectors(record: EvaluationRecord, { vectors, embeddings }: Asked, rows: readonly string[]): boolean {
  if (vectors === undefined) return true;
  if (record.vectors !== undefined) return record.vectors === vectorsHash(vectors.items);
  const held = new Set(record.tasks.flatMap(({ systems }) => systems.map(({ name }) => name)));
  return embeddings === USUAL_EMBEDDINGS && rows.length > 0 && rows.every((name) => held.has(name));
}

function hasFusion({ tasks }: EvaluationRecord): boolean {
  return tasks.some(({ systems }) => systems.some(({ kind }) => kind === "fused"));
}

// A run without training, whose every file can be planted with a leak: a small shop where published numbering names the
// answer, a popularity model, a record of what training was given, and a stored evaluation.
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { Random } from "../../src/base/random.ts";
import { type Dataset, importDataset, splitLeaveLastTwo, strictView, type TrainingView } from "../../src/data/index.ts";
import { type AuditRunOptions, auditOpenRun, type RunAudit } from "../../src/pipeline/audit/audit-run.ts";
import { evaluateRecommender } from "../../src/pipeline/evaluate/evaluate-recommender.ts";
import type { Recommender } from "../../src/recommenders/recommender.ts";
import { popularity } from "../../src/recommenders/yardsticks/index.ts";
import type { RunConfig } from "../../src/runs/run.ts";
import { writeTrainingRecord } from "../../src/runs/training-record.ts";
import { temporaryDirectory } from "./temporary.ts";

const USERS = 200;
const SHARED_ITEMS = 30;

/**
 * A dataset in `directory`. Every user buys three items that others buy too, and between them two of their own, the
 * last one last: in published numbering, "own number + 1" is the answer. 30 shared items and 400 others.
 */
export async function numberedShop(directory: string): Promise<Dataset> {
  const random = Random.of(5, "numbered shop");
  const number = new Map<string, number>();
  const numberOf = (name: string): number => {
    if (!number.has(name)) number.set(name, number.size + 1);
    return number.get(name)!;
  };
  const lines = Array.from({ length: USERS }, (_, user) => {
    const shared = random.shuffle(Array.from({ length: SHARED_ITEMS }, (_, item) => `shared ${item}`)).slice(0, 3);
    const names = [shared[0]!, shared[1]!, `first of ${user}`, shared[2]!, `second of ${user}`];
    return `${user + 1} ${names.map(numberOf).join(" ")}\n`;
  });
  await writeFile(join(directory, "sequential.txt"), lines.join(""));
  return importDataset({ dir: directory, out: join(directory, "dataset"), name: "numbered" });
}

export interface Planted {
  readonly view?: (clean: TrainingView) => TrainingView;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly recommender?: Recommender;
  /** Default true; "bare" = without any system beside; "canary" = beside the id rule alone, as cells of studies. */
  readonly evaluated?: boolean | "bare" | "canary";
  readonly summary?: { readonly epoch: number; readonly bestEpoch: number; readonly staleEpochs: number };
  /** Called when all files are written. */
  readonly spoil?: (directory: string) => Promise<void>;
  readonly audit?: AuditRunOptions;
}

const evaluations = new Map<string, Promise<string>>();

/** A folder with the evaluation of a popularity model, made once for each dataset. */
function storedEvaluation(dataset: Dataset, kind: true | "bare" | "canary"): Promise<string> {
  const directory = join(dataset.directory, `../evaluation-${kind}`);
  let known = evaluations.get(directory);
  if (known === undefined) {
    known = evaluate(dataset, kind, directory);
    evaluations.set(directory, known);
  }
  return known;
}

async function evaluate(dataset: Dataset, kind: true | "bare" | "canary", directory: string): Promise<string> {
  const split = splitLeaveLastTwo(dataset);
  // Without yardsticks, a popularity model would still stand for popularity.
  const recommender = { ...popularity({ split }), name: kind === true ? "popularity" : "other" };
  await mkdir(directory);
  const yardsticks = kind === "bare" ? false : kind;
  await evaluateRecommender({ recommender, dataset, split, splitName: "test", yardsticks, directory });
  return directory;
}

/** Audit a clean run of a popularity model, or one with something planted. */
export async function auditPlanted(dataset: Dataset, planted: Planted = {}): Promise<RunAudit> {
  const directory = await temporaryDirectory();
  const split = splitLeaveLastTwo(dataset);
  const { recommender = popularity({ split }), evaluated = true, view = (clean) => clean, options = {} } = planted;
  await writeTrainingRecord(directory, view(strictView(split)));
  const { epoch, bestEpoch, staleEpochs } = planted.summary ?? { epoch: 9, bestEpoch: 4, staleEpochs: 5 };
  const summary = { epoch, bestEpoch, staleEpochs, stopped: "patience" };
  await writeJsonAtomic(join(directory, "summary.json"), { summary });
  if (evaluated !== false) await cp(await storedEvaluation(dataset, evaluated), directory, { recursive: true });
  await planted.spoil?.(directory);
  const config: RunConfig = {
    format: 1,
    kind: "run",
    productVersion: "0.0.0",
    model: "popularity",
    preset: "none",
    options: { ...options },
    seed: 1,
    protocol: "strict",
    device: "cpu",
    dataset: { directory: dataset.directory, name: dataset.manifest.name, hash: dataset.hash },
    embeddings: null,
  };
  return auditOpenRun({ directory, config, dataset, split, recommender }, { users: 120, ...planted.audit });
}

/** Names of what was found, once each. */
export function presentLeaks({ findings }: Pick<RunAudit, "findings">): string[] {
  return [...new Set(findings.flatMap(({ leak, verdict }) => (verdict === "present" ? [leak] : [])))];
}

// From what the stages of a chain gave to the record that the report shows.
import { productVersion } from "../../base/product-version.ts";
import { percent } from "../../base/written-numbers.ts";
import type { Dataset } from "../../data/index.ts";
import type { MetricsLine } from "../../training/metrics-log.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import type { ChainWriting, JudgedChain } from "../reason/index.ts";
import type { ExampleUser, ReportData, ReportStage } from "../report/index.ts";
import type { TrainSummary } from "../train/index.ts";
import { trainingCurves } from "./curves.ts";
import type { ShownUser } from "./shown-users.ts";
import { ATTRIBUTES, type ChainTexts } from "./text-source.ts";

/** What only the caller knows. */
export interface ReportWords {
  readonly title: string;
  /** One or two sentences on where the data comes from. */
  readonly note?: string | undefined;
  /** The command line that makes the same again. */
  readonly command: string;
}

export interface ReportParts {
  readonly dataset: Dataset;
  readonly texts: ChainTexts;
  readonly stages: readonly ReportStage[];
  readonly metrics: readonly MetricsLine[];
  readonly training: TrainSummary;
  readonly evaluation: EvaluationRecord;
  readonly shown: readonly ShownUser[];
  readonly chains: readonly JudgedChain[];
  readonly chainsBy?: ChainWriting | undefined;
}

export function chainReport({ title, note, command }: ReportWords, parts: ReportParts): ReportData {
  const { dataset, texts, stages, metrics, training, evaluation, shown, chains, chainsBy } = parts;
  const { users, items, interactions } = dataset.manifest.counts;
  const [example, ...further] = shown.map((each) => exampleUser(each, evaluation.system));
  return {
    title,
    dataset: {
      name: dataset.manifest.name,
      note,
      facts: [
        { label: "users", value: users },
        { label: "items", value: items },
        { label: "interactions", value: interactions },
        { label: "density", value: percent(interactions / (users * items)) },
      ],
    },
    stages,
    reasoner: { label: texts.source, isRuleBased: texts.isRuleBased, hasWritten: texts.hash !== ATTRIBUTES.hash },
    curves: trainingCurves(metrics, training.summary.bestEpoch),
    tasks: evaluation.tasks,
    example,
    furtherExamples: further,
    chains,
    chainsBy,
    provenance: {
      command,
      seed: training.config.seed,
      protocol: evaluation.protocol,
      fingerprint: evaluation.fingerprint.hash.slice(0, 16),
      checks: evaluation.checks,
      versions: [
        { name: "isrf", version: productVersion() },
        { name: "node", version: process.versions.node },
      ],
    },
  };
}

function exampleUser({ explanation, answerer, actualNext }: ShownUser, model: string): ExampleUser {
  const { user, system, history, texts, recommendations, interests } = explanation;
  const answeredBy = system === model ? undefined : { name: system, isWinner: answerer?.why === "won on validation" };
  return { userId: user, answeredBy, history, texts, recommendations, actualNext, interests };
}

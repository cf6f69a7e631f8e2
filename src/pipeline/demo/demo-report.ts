// From what the stages of a demo returned to the record that the report shows.
import { productVersion } from "../../base/product-version.ts";
import { percent } from "../../base/written-numbers.ts";
import type { Dataset } from "../../data/index.ts";
import type { MetricsLine } from "../../training/metrics-log.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import type { ExampleUser, ReportData, ReportStage } from "../report/index.ts";
import type { TrainSummary } from "../train.ts";
import type { Example } from "./choose-example.ts";
import { trainingCurves } from "./curves.ts";

export interface DemoParts {
  readonly dataset: Dataset;
  readonly seed: number;
  /** Who wrote the texts. */
  readonly textsBy: string;
  readonly stages: readonly ReportStage[];
  readonly metrics: readonly MetricsLine[];
  readonly training: TrainSummary;
  readonly evaluation: EvaluationRecord;
  readonly example: Example;
}

export function demoReport(parts: DemoParts): ReportData {
  const { dataset, seed, textsBy, stages, metrics, training, evaluation, example } = parts;
  const { users, items, interactions } = dataset.manifest.counts;
  return {
    title: "From individual to group interests: a synthetic shop",
    dataset: {
      name: dataset.manifest.name,
      note: `Invented people and products, planted with tastes of their own and tastes of groups; seed ${seed}. Numbers from it say that the parts work together, not how well they do on real data.`,
      facts: [
        { label: "users", value: users },
        { label: "items", value: items },
        { label: "interactions", value: interactions },
        { label: "density", value: percent(interactions / (users * items)) },
      ],
    },
    stages,
    reasoner: { label: textsBy, isRuleBased: true },
    curves: trainingCurves(metrics, training.summary.bestEpoch),
    tasks: evaluation.tasks,
    example: exampleUser(example),
    provenance: {
      command: `isrf demo --users ${users} --items ${items} --seed ${seed}`,
      seed,
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

function exampleUser({ explanation, actualNext }: Example): ExampleUser {
  const { user, history, texts, recommendations, interests } = explanation;
  return { userId: user, history, texts, recommendations, actualNext, interests };
}

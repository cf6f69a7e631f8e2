// L9, L12, L13, L14: what a run's settings, its end and its evaluation say.

import { join } from "node:path";
import { z } from "zod";
import { exists } from "../../base/files.ts";
import { readSealedJson } from "../../base/sealed-json.ts";
import { decimals } from "../../base/written-numbers.ts";
import type { TrainingView } from "../../data/index.ts";
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import type { RunConfig } from "../../runs/run.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import { absent, type Finding, found, notMeasurable, present } from "./finding.ts";

export function paddingLeak({ options }: Pick<RunConfig, "options">): Finding {
  const { labelPadding } = options;
  if (labelPadding === undefined) return absent("L9", "the model's loss has no padded answers");
  return found("L9", labelPadding === "trained", `labelPadding is ${String(labelPadding)}`, {});
}

/**
 * Popularity must stand beside direct results (what it reaches is not known where a study asked it elsewhere), and
 * negatives drawn by popularity must be asked too, but where all answers are cold items: these cannot be drawn so.
 */
export function popularityLeak(record: EvaluationRecord | undefined): Finding {
  const direct = record?.tasks.filter(({ task }) => task === "direct") ?? [];
  if (record === undefined) return notMeasurable("L12", "this model has not been evaluated");
  if (direct.length === 0) return absent("L12", "no direct questions were asked");
  const uniform = direct.find(({ candidates }) => candidates === "uniform");
  const hitRateOf = (name: string) => uniform?.systems.find((system) => system.name === name)?.metrics["HR@10"]?.value;
  const popularity = hitRateOf(popularityDefinition.name);
  const own = hitRateOf(record.system);
  if (popularity === undefined && hasCanaryAlone(record))
    return notMeasurable("L12", "the untrained methods were not asked beside it: isrf evaluate RUN asks them");
  const hasPopularNegatives = direct.some(({ candidates }) => candidates === "popularity");
  const isOfColdItems = record.tasks.some(({ among }) => among === "cold items");
  const figure = (value: number | undefined) => (value === undefined ? "not asked" : decimals(value));
  return found(
    "L12",
    popularity === undefined || !(hasPopularNegatives || isOfColdItems),
    `among uniform negatives HR@10 is ${figure(own)}, popularity alone reaches ${figure(popularity)}; negatives drawn by popularity were ${hasPopularNegatives ? "asked too" : "not asked"}`,
    { own, popularity },
  );
}

/** As cells of studies are evaluated, whose untrained rows lie apart, and whoever asks for no yardsticks. */
function hasCanaryAlone({ tasks }: EvaluationRecord): boolean {
  const kinds = new Set(tasks.flatMap(({ systems }) => systems.map(({ kind }) => kind)));
  return kinds.has("canary") && !kinds.has("yardstick");
}

const summarySchema = z.object({
  summary: z.object({ epoch: z.number(), bestEpoch: z.number(), staleEpochs: z.number(), stopped: z.string() }),
});

/** A count above the epochs since the best one was not reset by it. */
export async function patienceLeak(directory: string, view: TrainingView | undefined): Promise<Finding> {
  const file = join(directory, "summary.json");
  const parsed = (await exists(file))
    ? summarySchema.safeParse((await readSealedJson(file, "Train the run again.")).value)
    : undefined;
  if (view?.patience === "cumulative")
    return present("L13", "epochs without improvement are counted in total (protocol paper)");
  if (!parsed?.success) return notMeasurable("L13", "the training has not ended");
  const { epoch, bestEpoch, staleEpochs, stopped } = parsed.data.summary;
  const since = epoch - bestEpoch;
  return found(
    "L13",
    staleEpochs > since,
    `stopped by ${stopped} after ${epoch} epochs, the best was epoch ${bestEpoch}; ${staleEpochs} epochs were counted against patience, ${since} passed since the best`,
    { epoch, bestEpoch, staleEpochs },
  );
}

export function tasksLeak(tasks: readonly string[]): Finding {
  if (tasks.length > 1) return absent("L14", "one model answers both tasks");
  return notMeasurable(
    "L14",
    `this model answers the ${tasks[0]} task alone: beside another run for the other task, say that a row is two models`,
  );
}

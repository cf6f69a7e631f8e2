// Evaluated runs as rows of a table: which of them belong together.
import { sha256 } from "../../base/files.ts";
import type { RunConfig } from "../../runs/run.ts";
import { rowsBeside } from "./beside-rows.ts";
import { distinctName, type EvaluatedRun } from "./evaluated-runs.ts";
import { type Row, rowOf, type Source, sourceOf } from "./row.ts";
import { trainingSettings } from "./training-settings.ts";

/**
 * Rows of the table: the runs' own systems first, in the order given, runs with equal settings together; then what the
 * records hold beside them, once each.
 */
export function rowsOf(runs: readonly EvaluatedRun[], withYardsticks: boolean): Row[] {
  const variants = new Variants();
  const groups = new Map<string, Source[]>();
  for (const run of runs) {
    const key = `${settingsKey(run)} ${variants.of(run)}`;
    groups.set(key, [...(groups.get(key) ?? []), sourceOf(run)]);
  }
  const own = [...groups.values()].map((sources) => rowOf(sources, sources[0]!.run.record.system));
  const labelled = own.map((row, i) =>
    own.some((other, j) => i !== j && other.label === row.label)
      ? { ...row, label: distinctName(row.sources[0]!.run, runs) }
      : row,
  );
  return withYardsticks
    ? [...labelled, ...rowsBeside(runs, labelled, new Set(own.map(({ label }) => label)))]
    : labelled;
}

/** Equal for runs that differ in seed, data, what was made of the data, and place alone. */
function settingsKey({ record, config, differences, label }: EvaluatedRun): string {
  if (label !== undefined) return JSON.stringify([label, record.system, differences]);
  if (config === undefined) return JSON.stringify([record.system, differences]);
  return sha256(JSON.stringify([trainingSettings(config), differences]));
}

/**
 * Numbers trainings of equal settings on one data set that differ in what they read or started from: texts made anew
 * are others, though their vectors have the name of before. On every data set the first seen is number 0, so that a
 * system is one row across data sets.
 */
class Variants {
  private readonly met = new Map<string, RunConfig[]>();

  of(run: EvaluatedRun): number {
    const { config, label, record } = run;
    if (config === undefined || label !== undefined) return 0;
    const place = `${settingsKey(run)} ${record.dataset.hash}`;
    const known = this.met.get(place) ?? [];
    const found = known.findIndex((other) => hasSameSources(config, other));
    if (found < 0) this.met.set(place, [...known, config]);
    return found < 0 ? known.length : found;
  }
}

/** Vectors, and texts learnt, are told apart where both runs know their hash: earlier versions did not keep it. */
function hasSameSources(a: RunConfig, b: RunConfig): boolean {
  const isSame = (own?: string, other?: string) => own === undefined || other === undefined || own === other;
  const texts = ({ embeddings, from, reviews }: RunConfig) =>
    JSON.stringify([embeddings?.itemTextHash, embeddings?.userTextHash, from?.hash, reviews?.hash]);
  const hasSameVectors = isSame(a.embeddings?.vectorsDigest, b.embeddings?.vectorsDigest);
  return texts(a) === texts(b) && hasSameVectors && isSame(a.learntTexts, b.learntTexts);
}

// A row of a table: the answers of one system, from one run or several.
import { answersOurWay, readsHistory } from "../../recommenders/definition.ts";
import { RECOMMENDERS } from "../../recommenders/registry.ts";
import type { SystemKind } from "../evaluate/evaluation-record.ts";
import type { ComparedSystem } from "./comparison.ts";
import type { EvaluatedRun } from "./evaluated-runs.ts";

/** A run's answers on one data set: where they lie and under which name. */
export interface Source {
  readonly run: EvaluatedRun;
  /** Name inside the record. */
  readonly name: string;
  readonly seed?: number | undefined;
}

export interface Row extends ComparedSystem {
  readonly sources: readonly Source[];
}

/** Of the run's own system. */
export function sourceOf(run: EvaluatedRun): Source {
  return { run, name: run.record.system, seed: run.config?.seed };
}

export function rowOf(sources: readonly Source[], name: string): Row {
  // None where the run was asked for sentences alone.
  const system = sources[0]!.run.record.tasks.flatMap(({ systems }) => systems).find((each) => each.name === name);
  const definition = RECOMMENDERS.find((each) => each.name === name);
  const seeds = [...new Set(sources.flatMap(({ seed }) => (seed === undefined ? [] : [seed])))].sort((a, b) => a - b);
  const kind: SystemKind = system?.kind ?? "model";
  const settings = sources.map(({ run }) => run.config?.options ?? {});
  return {
    label: name === sources[0]!.run.record.system ? (sources[0]!.run.label ?? name) : name,
    kind,
    usesHistory:
      kind === "fused" || (definition !== undefined && settings.some((options) => readsHistory(definition, options))),
    ...(definition !== undefined && settings.some((options) => answersOurWay(definition, options))
      ? { isOurs: true }
      : {}),
    seeds,
    differences: sources[0]!.run.differences,
    sources,
    fusion: system?.fusion,
  };
}

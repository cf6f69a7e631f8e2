// Rows of what evaluations hold beside the evaluated run: fusions, which are others for every run that took part in
// them, and what needs no training, which is the same in all of them.
import type { SystemEvaluation } from "../evaluate/evaluation-record.ts";
import type { EvaluatedRun } from "./evaluated-runs.ts";
import { type Row, rowOf, type Source, sourceOf } from "./row.ts";
import { trainingSettings } from "./training-settings.ts";

/**
 * @param own Rows of the runs themselves.
 * @param taken Names that are none of a row beside them.
 */
export function rowsBeside(runs: readonly EvaluatedRun[], own: readonly Row[], taken: ReadonlySet<string>): Row[] {
  const comparable = runs.filter(({ differences }) => differences.length === 0);
  const rows = new Rows(own, comparable);
  for (const run of comparable)
    for (const { name, kind } of systemsBeside(run)) {
      if (taken.has(name)) continue;
      if (kind === "fused") rows.addFusion(run, name);
      else rows.add(name, { run, name }, dataOf(run));
    }
  return rows.all();
}

interface Found {
  readonly name: string;
  readonly sources: Source[];
  /** Whose answers these are, in words that are equal for equal ones. */
  readonly known: Set<string>;
  /** Seeds by data. */
  readonly places: Set<string>;
}

class Rows {
  private readonly found = new Map<string, Found>();
  private readonly rowOfRun: ReadonlyMap<EvaluatedRun, Row>;
  private readonly graphs: ReadonlyMap<string, string>;

  constructor(own: readonly Row[], runs: readonly EvaluatedRun[]) {
    this.rowOfRun = new Map(own.flatMap((row) => row.sources.map(({ run }) => [run, row] as const)));
    this.graphs = graphSettings(runs, (run) => this.labelOf(run));
  }

  /** A run stands in one row for each way of fusing; one that was fused without it is that of the other run alone. */
  addFusion(run: EvaluatedRun, name: string): void {
    const { system, fusedWith } = run.record;
    const graph = fusedWith === undefined ? "" : this.graphs.get(fusedWith.hash)!;
    const own = { ...sourceOf(run), name };
    if (name.endsWith(` + ${system}`)) this.add(JSON.stringify([name, this.labelOf(run), graph]), own, run.directory);
    else if (fusedWith === undefined) this.add(name, own, `${dataOf(run)} ${own.seed}`);
    else this.add(JSON.stringify([name, graph]), { ...own, seed: fusedWith.seed }, `${dataOf(run)} ${fusedWith.hash}`);
  }

  /** Once, whoever holds it: `who` says whose answers they are. Two trainings of one seed are no row. */
  add(key: string, source: Source, who: string): void {
    const place = `${dataOf(source.run)} ${source.seed}`;
    for (let variant = 0; ; variant++) {
      const row = this.rowAt(`${key} ${variant}`, source.name);
      if (row.known.has(who)) return;
      if (row.places.has(place)) continue;
      row.known.add(who);
      row.places.add(place);
      row.sources.push(source);
      return;
    }
  }

  /** Rows of one name say which run's evaluation holds them. */
  all(): Row[] {
    const met = new Map<string, number>();
    const found = [...this.found.values()];
    return found.map(({ name, sources }) => {
      const row = rowOf(sources, name);
      if (found.filter((other) => other.name === name).length === 1) return row;
      const label = `${name} (${this.labelOf(sources[0]!.run)})`;
      const before = met.get(label) ?? 0;
      met.set(label, before + 1);
      return { ...row, label: before === 0 ? label : `${label} ${before + 1}` };
    });
  }

  private rowAt(key: string, name: string): Found {
    const row = this.found.get(key) ?? { name, sources: [], known: new Set(), places: new Set() };
    this.found.set(key, row);
    return row;
  }

  private labelOf(run: EvaluatedRun): string {
    return this.rowOfRun.get(run)!.label;
  }
}

/**
 * Equal for runs that were fused with and are trainings of one row, by their hash. Of those that are gone nothing is
 * known but which row they were fused in: they are taken for one with the others there.
 */
function graphSettings(
  runs: readonly EvaluatedRun[],
  labelOf: (run: EvaluatedRun) => string,
): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const { record, fusedConfig } of runs)
    if (fusedConfig !== undefined) settings.set(record.fusedWith!.hash, trainingSettings(fusedConfig));
  const fused = runs.filter(({ record }) => record.fusedWith !== undefined);
  for (const label of new Set(fused.map(labelOf))) {
    const hashes = fused.filter((run) => labelOf(run) === label).map(({ record }) => record.fusedWith!.hash);
    const one = hashes.map((hash) => settings.get(hash)).find((each) => each !== undefined) ?? `as in ${label}`;
    for (const hash of hashes) if (!settings.has(hash)) settings.set(hash, one);
  }
  return settings;
}

function dataOf({ record }: EvaluatedRun): string {
  return record.dataset.hash;
}

function systemsBeside({ record }: EvaluatedRun): SystemEvaluation[] {
  const all = record.tasks.flatMap(({ systems }) => systems.slice(1).filter(isShown));
  return [...new Map(all.map((system) => [system.name, system])).values()];
}

const isShown = ({ kind }: SystemEvaluation) => kind !== "canary";

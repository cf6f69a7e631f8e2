// The test questions of a study.
import { type Report, silent } from "../../base/progress.ts";
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import { evaluateCell, evaluateYardsticks } from "./evaluate-cell.ts";
import type { Race } from "./race.ts";
import { chosenCell, type StudyState } from "./races.ts";
import { cellDirectory, readCell } from "./run-cell.ts";
import { takeEvaluation } from "./same-trainings.ts";
import type { StudyConfig } from "./study-config.ts";
import type { Cell } from "./study-plan.ts";

export interface EvaluateRacesOptions extends Pick<StudyConfig, "protocol" | "embeddings" | "users"> {
  readonly out: string;
  readonly report?: Report | undefined;
}

/**
 * Test items are looked at only now, of systems whose choice is made; time that was up for trainings does not end this.
 */
export async function evaluateRaces(
  races: readonly Race[],
  state: StudyState,
  options: EvaluateRacesOptions,
): Promise<void> {
  const { out, protocol, embeddings, users, report = silent } = options;
  const sample = { users };
  const add = (label: string, directory: string) =>
    state.evaluated.set(label, [...(state.evaluated.get(label) ?? []), directory]);
  for (const race of races) {
    for (const seed of race.system.seeds) {
      const cell = chosenCell(race, seed, state);
      const record = cell && (await readCell(out, cell));
      if (cell === undefined || record?.training === undefined) continue;
      const partner = await partnerOf(race, seed, races, state);
      if (partner === "later") continue;
      report({ kind: "stage", stage: "study", detail: `test questions for ${cell.id}` });
      const fuse = partner === "none" ? {} : { fuse: cellDirectory(out, partner) };
      if (record.takenFrom !== undefined && partner === "none")
        await takeEvaluation(cellDirectory(out, cell), record.takenFrom);
      await evaluateCell(cellDirectory(out, cell), { ...race.options, ...fuse, ...sample });
      add(race.system.label, cellDirectory(out, cell));
    }
  }
  for (const { name, dataset, options: cellOptions } of new Map(races.map((race) => [race.name, race])).values()) {
    // Whose evaluation holds everything that needs no training.
    add(
      popularityDefinition.name,
      await evaluateYardsticks(out, name, dataset, { ...cellOptions, protocol, embeddings, ...sample }),
    );
  }
}

/**
 * The graph system's run to fuse with: "later" while it is still to be trained, "none" where none is wanted or it
 * failed.
 */
async function partnerOf(
  { name, system, options }: Race,
  seed: number,
  races: readonly Race[],
  state: StudyState,
): Promise<Cell | "later" | "none"> {
  const graph = races.find((race) => race.name === name && race.system.label === system.fuse);
  if (graph === undefined) return "none";
  const cell = chosenCell(graph, seed, state);
  const isTried = state.choices.some(({ dataset, label }) => dataset === name && label === graph.system.label);
  if (cell === undefined) return isTried ? "none" : "later";
  const record = await readCell(options.out, cell);
  if (record === undefined) return "later";
  return record.failed === undefined ? cell : "none";
}

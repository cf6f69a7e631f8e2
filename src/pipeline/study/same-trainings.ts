// Two rows, or two studies, may ask for one and the same training: it is done once, and taken where it is asked for
// again. Its files are linked, so that a copy costs no room, and whoever deletes one keeps the other.
import { constants } from "node:fs";
import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { InputError } from "../../base/errors.ts";
import { exists, writeDirectoryAtomic } from "../../base/files.ts";
import { writeSealedJson } from "../../base/sealed-json.ts";
import { CONFIG, isRun, type RunConfig, readRunConfig, writeRunConfig } from "../../runs/run.ts";
import { describeDataset } from "../../runs/run-dataset.ts";
import { readEvaluation } from "../evaluate/store.ts";
import { differenceOf, type Sources } from "./found-cells.ts";
import type { Race } from "./race.ts";
import { type CellRecord, cellDirectory, cellRecordPath, readCellRecord, recordedAs } from "./run-cell.ts";
import type { Cell } from "./study-plan.ts";

interface Finished {
  readonly directory: string;
  readonly config: RunConfig;
  readonly record: CellRecord;
}

/** Equal for cells that are one training, whatever their rows are called. */
export function trainingKey({ dataset, vectors, texts }: Sources, cell: Cell): string {
  const { model, preset, protocol, resolved } = cell.system;
  const read = [dataset.hash, vectors?.digest, dataset.manifest.explanations?.hash, texts];
  return JSON.stringify([model, preset, protocol, resolved[cell.trial], cell.seed, ...read]);
}

/** Trainings that studies finished, their own rows among them. */
export class FinishedTrainings {
  private readonly all: Finished[] = [];

  /** @param studies Folders of studies. */
  static async in(studies: readonly string[]): Promise<FinishedTrainings> {
    const found = new FinishedTrainings();
    for (const study of new Set(studies.map((folder) => resolve(folder)))) {
      const paths = await readdir(join(study, "cells"), { recursive: true }).catch(() => []);
      for (const path of paths.sort()) {
        const record = join(study, "cells", path);
        if (record === cellRecordPath(dirname(record))) await found.add(dirname(record));
      }
    }
    return found;
  }

  /** Nothing where it did not end in a model. */
  async add(directory: string): Promise<void> {
    const read = async () => ({
      directory: resolve(directory),
      config: await readRunConfig(directory),
      record: await readCellRecord(cellRecordPath(directory)),
    });
    const found = (await isRun(directory)) ? await read().catch(ofNoUse) : undefined;
    if (found?.record.training !== undefined) this.all.push(found);
  }

  /** One that is the same as `cell`'s, which is yet to be done. */
  async find(cell: Cell, race: Race): Promise<Finished | undefined> {
    const { model, preset, protocol, resolved } = cell.system;
    const options: unknown = JSON.parse(JSON.stringify(resolved[cell.trial]));
    for (const finished of this.all) {
      const { config } = finished;
      const isAsked =
        config.model === model &&
        config.preset === preset &&
        config.protocol === protocol &&
        config.seed === cell.seed &&
        isDeepStrictEqual(config.options, options);
      if (isAsked && (await differenceOf(config, race)) === undefined && (await isRun(finished.directory)))
        return finished;
    }
    return undefined;
  }
}

/** What another row or study keeps may be damaged: then it is trained here. */
function ofNoUse(error: unknown): undefined {
  if (error instanceof InputError) return undefined;
  throw error;
}

/**
 * A cell out of the same training, where there is one and nothing was begun: its record. The training's evaluation is
 * left where it is: the row may ask otherwise.
 */
export async function takeSame(cell: Cell, race: Race, trainings: FinishedTrainings): Promise<CellRecord | undefined> {
  const place = cellDirectory(race.options.out, cell);
  if (await exists(place)) return undefined;
  const found = await trainings.find(cell, race);
  if (found === undefined) return undefined;
  const takenFrom = relative(resolve(place), found.directory);
  const record = { ...found.record, ...recordedAs(cell, race.options, found.config.device), takenFrom };
  await writeDirectoryAtomic(place, async (temporary) => {
    await linkFiles(found.directory, temporary, isOfTraining);
    await writeRunConfig(temporary, { ...found.config, dataset: await describeDataset(temporary, race.dataset) });
    await writeSealedJson(cellRecordPath(temporary), record);
  });
  return record;
}

const EVALUATION = "evaluation.json";
const isOfEvaluation = (name: string): boolean => name === EVALUATION || name.startsWith("ranks-");
/** Of a run's own folder: not what is written anew, no locks, and nothing of an evaluation. */
function isOfTraining(name: string): boolean {
  const isAnew = name === CONFIG || name === cellRecordPath("");
  return !isAnew && !isOfEvaluation(name) && !name.startsWith(".");
}

/** The evaluation of the training that a cell was taken from, where nothing was fused in it. */
export async function takeEvaluation(directory: string, takenFrom: string): Promise<void> {
  const from = resolve(directory, takenFrom);
  if ((await exists(join(directory, EVALUATION))) || !(await exists(join(from, EVALUATION)))) return;
  const record = await readEvaluation(from).catch(ofNoUse);
  const isFused = record?.tasks.some(({ systems }) => systems.some(({ kind }) => kind === "fused")) ?? true;
  if (isFused) return;
  await linkFiles(from, directory, (name) => name.startsWith("ranks-"));
  await linkFiles(from, directory, (name) => name === EVALUATION);
}

/** Folders inside with all they hold. */
async function linkFiles(from: string, to: string, isWanted: (name: string) => boolean = () => true): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!isWanted(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target, { recursive: true });
      await linkFiles(source, target);
    } else if (!(await exists(target))) {
      // Another disk, or one without links.
      await link(source, target).catch(() => copyFile(source, target, constants.COPYFILE_FICLONE));
    }
  }
}

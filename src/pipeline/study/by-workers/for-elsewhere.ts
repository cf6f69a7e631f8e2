// A cell that is trained where the study's folder is not: its state goes into an object store at every checkpoint, so
// that the next worker goes on with it, and when it is trained the study takes it from there.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fetchSnapshot, type ObjectStore, removeSnapshot } from "../../../objects/index.ts";
import { isRun, readRunConfig, writeRunConfig } from "../../../runs/run.ts";
import { describeDataset } from "../../../runs/run-dataset.ts";
import type { JobContext } from "../../work/kind.ts";
import { objectsAt } from "../../work/objects-at.ts";
import { type FolderPlace, folderHere } from "../../work/places.ts";
import type { Race } from "../race.ts";
import { type CellOptions, cellDirectory, readCell, runCell } from "../run-cell.ts";
import type { Cell } from "../study-plan.ts";
import { CellState } from "./cell-state.ts";

/** Between two looks at whether there is a new checkpoint. */
const LOOK_MS = 1000;

export interface Elsewhere {
  readonly dataset: FolderPlace;
  /** Of the cell, in the object store; ends in a slash. */
  readonly place: string;
}

/** Trained, and in the store. @throws as `runCell`, and where the store refuses. */
export async function trainForElsewhere(
  cell: Cell,
  options: CellOptions,
  { dataset, place }: Elsewhere,
  context: JobContext,
): Promise<void> {
  const objects = await objectsAt(null, context);
  const directory = cellDirectory(options.out, cell);
  const state = new CellState(objects, place, directory);
  await state.bring();
  const here = { ...options, dataset: await folderHere(dataset, objects, context.cache) };
  const keeper = new Keeper(state, directory);
  try {
    await runCell(cell, here);
  } finally {
    await keeper.stop();
  }
  if (!(await state.put())) throw new Error(`${directory} changes, though its training is over`);
  await state.remove();
}

interface TakeOptions {
  /** The study's folder. */
  readonly out: string;
  readonly objects: ObjectStore;
  /** Of the cell, in it. */
  readonly place: string;
}

/** A finished cell out of the store, into the study. @returns whether it is there. */
export async function takeFromElsewhere({ dataset }: Race, cell: Cell, { out, objects, place }: TakeOptions) {
  const directory = cellDirectory(out, cell);
  const prepare = async (fetched: string) => {
    if (!(await isRun(fetched))) return;
    const config = await readRunConfig(fetched);
    await writeRunConfig(fetched, { ...config, dataset: await describeDataset(fetched, dataset) });
  };
  await fetchSnapshot(objects, place, directory, { prepare });
  if ((await readCell(out, cell)) === undefined) return false;
  await removeSnapshot(objects, place);
  return true;
}

/** Puts a training's state into the store when it has another checkpoint. */
class Keeper {
  private readonly timer: NodeJS.Timeout;
  private kept: string | undefined;
  private keeping: Promise<void> | undefined;

  constructor(
    private readonly state: CellState,
    private readonly directory: string,
  ) {
    this.timer = setInterval(() => {
      // A store that is away: the training goes on, and the next checkpoint is put.
      this.keeping ??= this.look()
        .catch(() => {})
        .finally(() => {
          this.keeping = undefined;
        });
    }, LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.keeping;
  }

  private async look(): Promise<void> {
    const now = await this.checkpoints();
    if (now === "" || now === this.kept) return;
    if (await this.state.put()) this.kept = now;
  }

  /** Which checkpoints are current, of the training and of its parts. */
  private async checkpoints(): Promise<string> {
    const paths = await readdir(this.directory, { recursive: true }).catch(() => []);
    const pointers = paths.filter((path) => path.endsWith("current.json")).sort();
    const texts = pointers.map((path) => readFile(join(this.directory, path), "utf8").catch(() => ""));
    return (await Promise.all(texts)).join("\n");
  }
}

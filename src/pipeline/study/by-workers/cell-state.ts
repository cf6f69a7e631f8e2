// The state of a training that workers hand on by an object store. Beside its folder a mark says which state was last
// put from here, or fetched: where the store has another one, another machine went on meanwhile, and what lies here is
// older.
import { readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { exists, removeDirectory, writeFileAtomic } from "../../../base/files.ts";
import { isLocked } from "../../../base/lock.ts";
import { fetchSnapshot, type ObjectStore, putSnapshot, snapshotHash } from "../../../objects/index.ts";
import { RUN_LOCK } from "../../../runs/run.ts";

export class CellState {
  private readonly objects: ObjectStore;
  private readonly place: string;
  private readonly directory: string;

  /** @param place Of the training, in the store; ends in a slash. @param directory Where it is trained. */
  constructor(objects: ObjectStore, place: string, directory: string) {
    this.objects = objects;
    this.place = place;
    this.directory = directory;
  }

  /**
   * In the folder, the farthest state: what another machine got to, or what a worker that was killed left here. A
   * folder in which a living process writes stays as it is. @throws as `fetchSnapshot`.
   */
  async bring(): Promise<void> {
    const stored = await snapshotHash(this.objects, this.place);
    if (stored === undefined) return;
    if (await exists(this.directory)) {
      if (stored === (await this.marked())) return;
      if (await isLocked(join(this.directory, RUN_LOCK))) return;
    }
    const fetched = await fetchSnapshot(this.objects, this.place, this.directory);
    if (fetched !== undefined) await this.mark(fetched);
  }

  /** @returns false where the folder changes too fast to be looked at. @throws as `putSnapshot`. */
  async put(): Promise<boolean> {
    const hash = await putSnapshot(this.objects, this.place, this.directory);
    if (hash !== undefined) await this.mark(hash);
    return hash !== undefined;
  }

  /** From this machine. */
  async remove(): Promise<void> {
    await removeDirectory(this.directory);
    await rm(this.markFile, { force: true });
  }

  private get markFile(): string {
    return join(dirname(this.directory), `.${basename(this.directory)}.state`);
  }

  private mark(hash: string): Promise<void> {
    return writeFileAtomic(this.markFile, hash);
  }

  private marked(): Promise<string | undefined> {
    return readFile(this.markFile, "utf8").catch(() => undefined);
  }
}

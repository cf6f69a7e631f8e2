// Checkpoints of a run: each is a directory of its own, and one small file says which are current. The file is replaced
// atomically after its checkpoint is complete, so whatever is killed when, `last` and `best` are whole.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, readJson, writeDirectoryAtomic, writeJsonAtomic } from "../base/files.ts";

export type CheckpointPurpose = "last" | "best";

type Pointers = Partial<Record<CheckpointPurpose, string>>;

export class Checkpoints {
  private readonly directory: string;

  /** `directory` is made on the first write. */
  constructor(directory: string) {
    this.directory = directory;
  }

  /** Those of the run in `directory`. */
  static ofRun(directory: string): Checkpoints {
    return new Checkpoints(join(directory, "checkpoint"));
  }

  /** Directory of the current checkpoint of a purpose; undefined when there is none. */
  async find(purpose: CheckpointPurpose): Promise<string | undefined> {
    const name = (await this.pointers())[purpose];
    return name === undefined ? undefined : join(this.directory, name);
  }

  /** Write a checkpoint with `fill`, make it current, and remove those that nothing points at. */
  async write(purpose: CheckpointPurpose, step: number, fill: (directory: string) => Promise<void>): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const name = await this.freeName(`${purpose}-${String(step).padStart(8, "0")}`);
    await writeDirectoryAtomic(join(this.directory, name), fill);
    await writeJsonAtomic(this.pointerFile, { ...(await this.pointers()), [purpose]: name });
    await this.removeStale();
  }

  /**
   * A resumed run may write a step again: beside the old checkpoint, since replacing it would leave a moment with
   * neither.
   */
  private async freeName(name: string): Promise<string> {
    let free = name;
    for (let copy = 2; await exists(join(this.directory, free)); copy++) free = `${name}.${copy}`;
    return free;
  }

  private get pointerFile(): string {
    return join(this.directory, "current.json");
  }

  private async pointers(): Promise<Pointers> {
    return (await exists(this.pointerFile)) ? ((await readJson(this.pointerFile)) as Pointers) : {};
  }

  private async removeStale(): Promise<void> {
    const current = new Set(Object.values(await this.pointers()));
    for (const entry of await readdir(this.directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !current.has(entry.name))
        await rm(join(this.directory, entry.name), { recursive: true, force: true });
    }
  }
}

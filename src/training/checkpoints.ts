// Checkpoints of a run: each is a directory of its own, and one small file says which are current. The file is replaced
// atomically after its checkpoint is complete, so whatever is killed when, `last` and `best` are whole.

import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checkDirectory, DamageError, writeSealedDirectory } from "../base/checksums.ts";
import { exists, readJson, writeJsonAtomic } from "../base/files.ts";

export type CheckpointPurpose = "last" | "best";

// Strict: a damaged key would look like a run without that checkpoint, which begins again.
const pointersSchema = z.strictObject({ last: z.string().optional(), best: z.string().optional() });

type Pointers = z.infer<typeof pointersSchema>;

const TODO: Readonly<Record<CheckpointPurpose, string>> = {
  last: "This training cannot go on: train again, into another --out. The best checkpoint is apart from it.",
  best: "Train the run again, into another --out.",
};

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
    if (name === undefined) return undefined;
    const directory = join(this.directory, name);
    if (await exists(directory)) return directory;
    // A training that runs may have moved on meanwhile.
    if (name !== (await this.pointers())[purpose]) return this.find(purpose);
    throw this.damaged(`the name ${name}, which is not there`);
  }

  /** As `find`, for reading: its files are what was written. @throws DamageError that says what to do. */
  async open(purpose: CheckpointPurpose): Promise<string | undefined> {
    const directory = await this.find(purpose);
    if (directory !== undefined) await checkDirectory(directory, TODO[purpose]);
    return directory;
  }

  /** Write a checkpoint with `fill`, make it current, and remove those that nothing points at. */
  async write(purpose: CheckpointPurpose, step: number, fill: (directory: string) => Promise<void>): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const name = await this.freeName(`${purpose}-${String(step).padStart(8, "0")}`);
    await writeSealedDirectory(join(this.directory, name), fill);
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
    if (!(await exists(this.pointerFile))) return {};
    const parsed = pointersSchema.safeParse(await readJson(this.pointerFile));
    if (!parsed.success) throw this.damaged(z.prettifyError(parsed.error).split("\n")[0]!);
    return parsed.data;
  }

  private damaged(found: string): DamageError {
    const todo = "Train the run again, into another --out.";
    return new DamageError({ where: this.pointerFile, found, expected: "the names of the current checkpoints", todo });
  }

  private async removeStale(): Promise<void> {
    const current = new Set(Object.values(await this.pointers()));
    for (const entry of await readdir(this.directory, { withFileTypes: true })) {
      if (entry.isDirectory() && !current.has(entry.name))
        await rm(join(this.directory, entry.name), { recursive: true, force: true });
    }
  }
}

// Compiled programs by key (usually a shape bucket). The least recently used are disposed of when the cache is full.
import type { Executable } from "./executable.ts";

/** What a program must have to be kept: native memory that it gives back. */
interface Disposable {
  dispose(): Promise<void>;
}

interface Entry<Program> {
  readonly program: Promise<Program>;
  readonly size: number;
}

export class ProgramCache<Program extends Disposable = Executable> {
  private readonly entries = new Map<string, Entry<Program>>();
  private readonly capacity: number;

  /** `capacity` is in the unit of the programs' sizes; they are 1 each unless `get` says otherwise. */
  constructor(capacity = 32) {
    this.capacity = capacity;
  }

  /** The program of `key`, built by `make` when it is not there; the newest stays, whatever its size. */
  async get(key: string, make: () => Promise<Program>, size = 1): Promise<Program> {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known.program;
    }
    // Entered at once: who asks meanwhile waits for the same.
    const program = this.makeRoom(size).then(make);
    this.entries.set(key, { program, size });
    program.catch(() => this.entries.delete(key));
    return program;
  }

  async dispose(): Promise<void> {
    const programs = await Promise.all([...this.entries.values()].map(({ program }) => program));
    this.entries.clear();
    await Promise.all(programs.map((program) => program.dispose()));
  }

  /** Memory is given back before more is taken. */
  private async makeRoom(size: number): Promise<void> {
    const leaving: Promise<Program>[] = [];
    let held = [...this.entries.values()].reduce((total, entry) => total + entry.size, 0);
    for (const [key, entry] of this.entries) {
      if (held + size <= this.capacity) break;
      held -= entry.size;
      this.entries.delete(key);
      leaving.push(entry.program);
    }
    for (const program of leaving) await (await program).dispose();
  }
}

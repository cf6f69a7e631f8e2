// Compiled programs by key (usually a shape bucket). The least recently used are disposed of when the cache is full.
import type { Executable } from "./executable.ts";

/** What a program must have to be kept: native memory that it gives back. */
interface Disposable {
  dispose(): Promise<void>;
}

interface Entry<Program> {
  readonly program: Promise<Program>;
  readonly size: number;
  /** False while it is being made: whoever waits for it has not run it yet. */
  isMade: boolean;
}

/** Keeps programs for those who ask again. It owns them: call `dispose()`. */
export class ProgramCache<Program extends Disposable = Executable> {
  private readonly entries = new Map<string, Entry<Program>>();
  private readonly capacity: number;

  /** `capacity` is in the unit of the programs' sizes; they are 1 each unless `get` says otherwise. */
  constructor(capacity = 32) {
    this.capacity = capacity;
  }

  /**
   * The program of `key`, built by `make` when it is not there; the newest stays, whatever its size.
   * @throws what `make` throws, or a disposal that was to make room: the key is free again then.
   */
  async get(key: string, make: () => Promise<Program>, size = 1): Promise<Program> {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known.program;
    }
    // Entered at once: who asks meanwhile waits for the same.
    const entry: Entry<Program> = { program: this.makeRoom(size).then(make), size, isMade: false };
    this.entries.set(key, entry);
    entry.program.then(
      () => {
        entry.isMade = true;
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
      },
    );
    return entry.program;
  }

  /**
   * Dispose of every program, those that are being made too. What went wrong with making one was told to whoever asked
   * for it.
   * @throws what the first disposal that failed threw.
   */
  async dispose(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    await disposeOf(entries);
  }

  /** Memory is given back before more is taken. */
  private async makeRoom(size: number): Promise<void> {
    const leaving: Entry<Program>[] = [];
    let held = [...this.entries.values()].reduce((total, entry) => total + entry.size, 0);
    for (const [key, entry] of this.entries) {
      if (held + size <= this.capacity) break;
      if (!entry.isMade) continue;
      held -= entry.size;
      this.entries.delete(key);
      leaving.push(entry);
    }
    await disposeOf(leaving);
  }
}

/** Every one of them, whatever happens to another. @throws what the first disposal that failed threw. */
async function disposeOf(entries: readonly Entry<Disposable>[]): Promise<void> {
  const made = await Promise.allSettled(entries.map(({ program }) => program));
  const ends = await Promise.allSettled(
    made.flatMap((end) => (end.status === "fulfilled" ? [end.value.dispose()] : [])),
  );
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

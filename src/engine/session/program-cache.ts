// Compiled programs by key (usually a shape bucket). The least recently used one is disposed of when the cache is full.
import type { Executable } from "./executable.ts";

export class ProgramCache {
  private readonly entries = new Map<string, Promise<Executable>>();
  private readonly capacity: number;

  constructor(capacity = 32) {
    this.capacity = capacity;
  }

  /** The program of `key`, built by `make` when it is not there. */
  async get(key: string, make: () => Promise<Executable>): Promise<Executable> {
    const known = this.entries.get(key);
    if (known !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, known);
      return known;
    }
    const made = make();
    this.entries.set(key, made);
    made.catch(() => this.entries.delete(key));
    if (this.entries.size > this.capacity) {
      const [oldestKey, oldest] = this.entries.entries().next().value!;
      this.entries.delete(oldestKey);
      await (await oldest).dispose();
    }
    return made;
  }

  async dispose(): Promise<void> {
    const programs = await Promise.all(this.entries.values());
    this.entries.clear();
    await Promise.all(programs.map((program) => program.dispose()));
  }
}

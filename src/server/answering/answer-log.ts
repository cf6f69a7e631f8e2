// Answers that were given, on their way into the store: written behind the answers' backs, a few hundred at a time.
import { randomBytes } from "node:crypto";
import type { LoggedAnswer, Store } from "../events/store.ts";

const EVERY_MS = 100;
/** Of one transaction: more would hold up answers. */
const CHUNK = 256;
/** Of each id: whoever has seen any number of ids guesses no other. */
const RANDOM_BYTES = 9;
/** Where the store is away for long the oldest are dropped. */
const MAX_WAITING = 100_000;

export class AnswerLog {
  private readonly store: Store;
  private readonly isKept: boolean;
  private readonly onFailure: (error: unknown) => void;
  private waiting: LoggedAnswer[] = [];
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private drawn = 0;

  /** `isKept`: whether answers are logged at all. */
  constructor(store: Store, isKept: boolean, onFailure: (error: unknown) => void) {
    this.store = store;
    this.isKept = isKept;
    this.onFailure = onFailure;
  }

  /** Ascending, so that a store appends; not to be guessed from others. */
  nextId(): string {
    const count = (this.drawn++).toString(36).padStart(6, "0");
    return `r${Date.now().toString(36)}${count}${randomBytes(RANDOM_BYTES).toString("base64url")}`;
  }

  add(answer: LoggedAnswer): void {
    if (!this.isKept) return;
    this.waiting.push(answer);
    this.dropOldest();
    this.timer ??= setTimeout(() => void this.write(CHUNK), EVERY_MS);
  }

  /** Write all that waits. */
  async flush(): Promise<void> {
    await this.writing;
    while (this.waiting.length > 0 && (await this.write(CHUNK)));
    await this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    clearTimeout(this.timer);
  }

  private dropOldest(): void {
    if (this.waiting.length > MAX_WAITING) this.waiting = this.waiting.slice(-MAX_WAITING / 2);
  }

  private write(count: number): Promise<boolean> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const written = this.writing.then(() => this.writeChunk(count));
    this.writing = written.then(() => {});
    return written;
  }

  private async writeChunk(count: number): Promise<boolean> {
    // Taken out while it is written: what overflows meanwhile is not mistaken for it.
    const chunk = this.waiting.splice(0, count);
    if (chunk.length === 0) return true;
    try {
      await this.store.logAnswers(chunk);
      if (this.waiting.length > 0) this.timer ??= setTimeout(() => void this.write(CHUNK), EVERY_MS / 10);
      return true;
    } catch (error) {
      this.waiting = [...chunk, ...this.waiting];
      this.dropOldest();
      this.onFailure(error);
      this.timer ??= setTimeout(() => void this.write(CHUNK), 1000);
      return false;
    }
  }
}

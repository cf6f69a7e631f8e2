// The calls of one wave as files that batch servers and `vllm run-batch` read: a line a call, several files where one
// would be too large.
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface FileLimits {
  readonly requests: number;
  readonly bytes: number;
}

/** What servers take in one file. */
export const FILE_LIMITS: FileLimits = { requests: 50_000, bytes: 100_000_000 };

/** The path below a server's address, and the version with it, as the lines of a file name it. */
export const CALL_PATH = "/v1/chat/completions";

export interface WaveFile {
  /** Its name, without `.jsonl`. */
  readonly mark: string;
  readonly path: string;
  /** Of its calls, in order. */
  readonly ids: readonly string[];
}

export class WaveFiles {
  private readonly files: WaveFile[] = [];
  private readonly known = new Set<string>();
  private ids: string[] = [];
  private bytes = 0;
  private handle: number | undefined;

  /** @param nameOf the name of the n-th file. */
  constructor(
    private readonly folder: string,
    private readonly nameOf: (number: number) => string,
    private readonly limits: FileLimits = FILE_LIMITS,
  ) {}

  get requests(): number {
    return this.known.size;
  }

  has(id: string): boolean {
    return this.known.has(id);
  }

  add(id: string, body: unknown): void {
    const line = Buffer.from(`${JSON.stringify({ custom_id: id, method: "POST", url: CALL_PATH, body })}\n`);
    const isFull = this.ids.length >= this.limits.requests || this.bytes + line.length > this.limits.bytes;
    if (isFull && this.ids.length > 0) this.end();
    this.handle ??= openSync(this.path(), "w");
    writeSync(this.handle, line);
    this.ids.push(id);
    this.known.add(id);
    this.bytes += line.length;
  }

  /** The files, on disk to their last line. */
  close(): readonly WaveFile[] {
    this.end();
    return this.files;
  }

  private path(): string {
    return join(this.folder, `${this.nameOf(this.files.length)}.jsonl`);
  }

  private end(): void {
    if (this.handle === undefined) return;
    fsyncSync(this.handle);
    closeSync(this.handle);
    this.files.push({ mark: this.nameOf(this.files.length), path: this.path(), ids: this.ids });
    this.handle = undefined;
    this.ids = [];
    this.bytes = 0;
  }
}

// This process's stdout and stderr. Progress that cannot be written is dropped, for the work matters more; a result
// that cannot be written is a failure, for the result is what the command was run for.
import { fstatSync, writeFileSync } from "node:fs";
import type { TextStream } from "./io.ts";

/** Writes what it can and never fails. */
export function progressStream(stream: NodeJS.WriteStream): TextStream {
  stream.on("error", () => {});
  return {
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    write(text) {
      try {
        stream.write(text);
      } catch {
        // A full disk or a device that takes nothing.
      }
    },
  };
}

/** Remembers whether everything could be written. */
export class ResultStream implements TextStream {
  private failure: NodeJS.ErrnoException | undefined;
  private pending: Promise<void> = Promise.resolve();

  constructor(private readonly stream: NodeJS.WriteStream & { readonly fd: number }) {
    stream.on("error", () => {}); // Each write learns of it by its callback.
  }

  get isTTY(): boolean {
    return this.stream.isTTY;
  }

  get columns(): number {
    return this.stream.columns;
  }

  /** False once something could not be written; whoever writes much waits for it. */
  write(text: string): Promise<boolean> {
    this.pending = this.pending
      .then(() => this.writeWhole(text))
      .catch((error: NodeJS.ErrnoException) => {
        this.failure ??= error;
      });
    return this.pending.then(() => this.failure === undefined);
  }

  /** What kept the result from being written whole, once all is written that can be. */
  async settled(): Promise<NodeJS.ErrnoException | undefined> {
    await this.pending;
    return this.failure;
  }

  private async writeWhole(text: string): Promise<void> {
    // Node's stream on a file takes a short write, as by a disk that fills up, for a whole one.
    if (isFileLike(this.stream)) return writeFileSync(this.stream.fd, text);
    return new Promise((resolve, reject) =>
      this.stream.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error))),
    );
  }
}

function isFileLike({ fd, isTTY }: NodeJS.WriteStream & { readonly fd: number }): boolean {
  if (isTTY) return false;
  const kind = fstatSync(fd);
  return kind.isFile() || kind.isCharacterDevice();
}

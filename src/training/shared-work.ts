// What several trainings make alike (reduced texts, similar users, fitted interests, codes of items, whole parts of a
// model), kept in a folder under a hash of everything that went into it: the next training reads it there, to the last
// bit what it would have made. An entry that is not what was written is made anew. Nothing here is needed: the folder
// can be deleted.
import { createHash } from "node:crypto";
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { addBytes } from "../base/hash-of-bytes.ts";
import { commit } from "../base/machine.ts";
import { productVersion } from "../base/product-version.ts";
import { type Report, silent } from "../base/progress.ts";
import { reasonOf } from "../base/system-errors.ts";
import { readSafetensors, type TensorData, writeSafetensors } from "../engine/safetensors.ts";
import { workKey } from "./work-key.ts";

/** A result as it is kept: arrays, and everything else as JSON. */
export interface PackedWork {
  readonly arrays: Readonly<Record<string, TensorData>>;
  readonly facts?: unknown;
}

export interface Work<T> {
  readonly make: () => Promise<T>;
  /** Undefined for a result that is not to be kept, such as one that a clock cut short. */
  readonly pack: (result: T) => PackedWork | undefined | Promise<PackedWork | undefined>;
  readonly unpack: (packed: PackedWork) => T | Promise<T>;
}

/** What a study's trainings took from one another. */
export interface SharedWorkTally {
  /** Read instead of made. */
  reused: number;
  made: number;
  /** What making took when it was made, over all that were read. */
  savedSeconds: number;
}

export interface SharedWorkOptions {
  /** Entries that were not used for longest are removed beyond this. */
  readonly limitBytes: number;
  /** False where a training's time is to be measured: then only preparation is taken from others. */
  readonly takesTrainings?: boolean | undefined;
  readonly report?: Report | undefined;
}

const ENDING = ".safetensors";

export class SharedWork {
  readonly tally: SharedWorkTally = { reused: 0, made: 0, savedSeconds: 0 };
  readonly takesTrainings: boolean;
  private readonly report: Report;
  private readonly limitBytes: number;
  /** Another version may compute another result. */
  private readonly version = { product: productVersion(), commit: commit() };

  constructor(
    readonly directory: string,
    { limitBytes, takesTrainings = true, report = silent }: SharedWorkOptions,
  ) {
    this.limitBytes = limitBytes;
    this.takesTrainings = takesTrainings;
    this.report = report;
  }

  /** The result of `work` on `inputs`, which must be all that it depends on. */
  async recall<T>(name: string, inputs: Readonly<Record<string, unknown>>, work: Work<T>): Promise<T> {
    const key = workKey({ name, inputs, version: this.version });
    const path = join(this.directory, `${name.replaceAll(" ", "-")}-${key.slice(0, 24)}${ENDING}`);
    const found = await this.read(path, key);
    if (found !== undefined) {
      this.tally.reused++;
      this.tally.savedSeconds += found.seconds;
      return work.unpack(found.packed);
    }
    const started = performance.now();
    const result = await work.make();
    this.tally.made++;
    const seconds = (performance.now() - started) / 1000;
    const packed = await work.pack(result);
    if (packed !== undefined) await this.keep(path, key, packed, seconds);
    return result;
  }

  /** The same folder, for trainings that are measured. */
  forMeasuring(): SharedWork {
    const { directory, limitBytes, report } = this;
    return new SharedWork(directory, { limitBytes, takesTrainings: false, report });
  }

  /** Entries and their bytes. */
  async size(): Promise<{ readonly entries: number; readonly bytes: number }> {
    const files = await this.files();
    return { entries: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  private async read(path: string, key: string): Promise<{ packed: PackedWork; seconds: number } | undefined> {
    if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
    try {
      const { tensors, metadata } = await readSafetensors(path);
      const arrays = Object.fromEntries(Array.from(tensors, ([name, { data }]) => [name, data]));
      const { facts = "null", seconds = "0" } = metadata;
      if (metadata.key !== key || metadata.checksum !== checksumOf(arrays, facts)) throw new Error("changed content");
      await utimes(path, new Date(), new Date());
      return { packed: { arrays, facts: JSON.parse(facts) }, seconds: Number(seconds) };
    } catch {
      this.report({ kind: "warning", message: `${path} is not what was written there; it is made anew.` });
      await rm(path, { force: true });
      return undefined;
    }
  }

  /** Nothing here is needed: a full disk costs the next training its time, and not this one. */
  private async keep(path: string, key: string, packed: PackedWork, seconds: number): Promise<void> {
    try {
      await this.write(path, key, packed, seconds);
    } catch (error) {
      const message = `${path} could not be kept (${reasonOf(error)}); the training goes on, and others make it anew.`;
      this.report({ kind: "warning", message });
    }
  }

  private async write(path: string, key: string, { arrays, facts }: PackedWork, seconds: number): Promise<void> {
    const text = JSON.stringify(facts ?? null);
    const tensors = Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]);
    const metadata = { key, facts: text, seconds: String(seconds), checksum: checksumOf(arrays, text) };
    await writeSafetensors(path, Object.fromEntries(tensors), metadata);
    await this.makeRoom(path);
  }

  /** Never removes what was just written. */
  private async makeRoom(written: string): Promise<void> {
    const files = (await this.files()).sort((a, b) => a.usedMs - b.usedMs);
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files) {
      if (bytes <= this.limitBytes) return;
      if (file.path === written) continue;
      await rm(file.path, { force: true });
      bytes -= file.bytes;
    }
  }

  private async files(): Promise<{ path: string; bytes: number; usedMs: number }[]> {
    const names = await readdir(this.directory).catch(() => []);
    const paths = names.filter((name) => name.endsWith(ENDING)).map((name) => join(this.directory, name));
    const found = await Promise.all(
      paths.map(async (path) => {
        // Another process may have removed it meanwhile.
        const file = await stat(path).catch(() => undefined);
        return file === undefined ? [] : [{ path, bytes: file.size, usedMs: file.mtimeMs }];
      }),
    );
    return found.flat();
  }
}

function checksumOf(arrays: Readonly<Record<string, TensorData>>, facts: string): string {
  const hash = createHash("sha256").update(facts);
  for (const name of Object.keys(arrays).sort()) {
    const array = arrays[name]!;
    addBytes(hash.update(`${name} ${array.byteLength}:`), array);
  }
  return hash.digest("hex");
}

/** `make` with what others made, where they share. */
export function shared<T>(
  work: SharedWork | undefined,
  name: string,
  inputs: () => Readonly<Record<string, unknown>>,
  how: Work<T>,
): Promise<T> {
  return work === undefined ? how.make() : work.recall(name, inputs(), how);
}

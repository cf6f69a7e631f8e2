// DuckDB's instances. To make one costs more than most work on it, above all its list of functions: one that has done
// its work waits half a second for the next piece, with a new empty database in it.
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { exists } from "../base/files.ts";

const WAITS_MS = 500;

interface Instance {
  readonly native: DuckDBInstance;
  /** Opens and closes databases. */
  readonly control: DuckDBConnection;
  readonly threads: number | undefined;
  /** The folder of temporary files when it was made. */
  readonly temporary: string;
  /** Made when it is needed; by default it would lie in the working directory. */
  readonly spill: string;
  databases: number;
}

export interface OpenDatabase {
  readonly connection: DuckDBConnection;
  /** @param isClean Whether nothing of the work can be left in the instance. */
  close(isClean: boolean): Promise<void>;
}

/** Those that wait, and what ends their waiting. */
const waiting = new Map<Instance, NodeJS.Timeout>();

/** A connection to an empty database in memory, in an instance that nothing else uses meanwhile. */
export async function openDatabase(memoryMiB: number, threads: number | undefined): Promise<OpenDatabase> {
  const instance = taken(threads) ?? (await fresh(memoryMiB, threads));
  const name = `work_${++instance.databases}`;
  try {
    const { native, control } = instance;
    await control.run(`SET GLOBAL memory_limit = '${memoryMiB}MiB'; ATTACH ':memory:' AS ${name}`);
    const connection = await native.connect();
    await connection.run(`USE ${name}`);
    return {
      connection,
      close: async (isClean) => {
        connection.closeSync();
        if (!isClean || !(await isEmptied(instance, name))) return closeInstance(instance);
        waiting.set(instance, setTimeout(endWaiting, WAITS_MS, instance).unref());
      },
    };
  } catch (error) {
    await closeInstance(instance);
    throw error;
  }
}

function taken(threads: number | undefined): Instance | undefined {
  for (const [instance, timer] of waiting) {
    if (instance.threads !== threads || instance.temporary !== tmpdir()) continue;
    clearTimeout(timer);
    waiting.delete(instance);
    return instance;
  }
  return undefined;
}

async function fresh(memoryMiB: number, threads: number | undefined): Promise<Instance> {
  const temporary = tmpdir();
  const spill = join(temporary, `isrf-duckdb-${randomUUID()}`);
  const settings: Record<string, string> = {
    // Left to itself, DuckDB fetches extensions from a host of its own where a file name looks as if it needed one.
    autoinstall_known_extensions: "false",
    memory_limit: `${memoryMiB}MiB`,
    temp_directory: spill,
  };
  // Left to itself, it takes one per core that the machine or the container gives.
  if (threads !== undefined) settings.threads = String(threads);
  const native = await DuckDBInstance.create(":memory:", settings);
  return { native, control: await native.connect(), threads, temporary, spill, databases: 0 };
}

/** Gives back what the database held; false where that leaves something behind. */
async function isEmptied({ control, spill }: Instance, name: string): Promise<boolean> {
  try {
    // An instance that has written temporary files does not make their folder again.
    if (await exists(spill)) return false;
    // Blocks of files that it read go with the cache.
    await control.run(
      `DETACH ${name}; SET GLOBAL enable_external_file_cache = false; SET GLOBAL enable_external_file_cache = true`,
    );
    return true;
  } catch {
    return false;
  }
}

function endWaiting(instance: Instance): void {
  waiting.delete(instance);
  // Its folder of temporary files is not there.
  closeInstance(instance).catch(() => {});
}

async function closeInstance({ native, control, spill }: Instance): Promise<void> {
  control.closeSync();
  native.closeSync();
  await rm(spill, { recursive: true, force: true });
}

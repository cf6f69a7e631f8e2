// Similar users that were found beforehand, beside the vectors they were found in:
// dataset/embeddings/NAME/similar-users/SEARCH-K/, with similar-users.safetensors (int32 "neighbours" [n, k], f32
// "cosines" [n, k]) and manifest.json. New vectors of that name take their place, and with it theirs.
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checkDirectory, writeSealedDirectory } from "../base/checksums.ts";
import { InputError } from "../base/errors.ts";
import { exists, writeJsonAtomic } from "../base/files.ts";
import { addBytes } from "../base/hash-of-bytes.ts";
import { mendDirectory } from "../base/leftovers.ts";
import type { Matrix } from "../base/matrix.ts";
import { type Report, silent } from "../base/progress.ts";
import { readRecord } from "../base/records.ts";
import { floatTensor, readSafetensors, writeSafetensors } from "../engine/safetensors.ts";
import { SEARCHES, type Search } from "./defaults.ts";
import type { SimilarUsers } from "./similar-users.ts";

/** What a search says of itself. */
export const similarUsersManifestSchema = z.object({
  format: z.literal(1),
  kind: z.literal("similar-users"),
  embeddings: z.string().describe("name of the vectors"),
  vectorsHash: z.string().describe("SHA-256 of the users' vectors"),
  users: z.int(),
  neighbours: z.int().describe("similar users of each"),
  search: z.enum(SEARCHES),
  recall: z.number().describe("share of the exact neighbours that were found, on a sample; 1 for exact search"),
  sample: z.int().optional().describe("users of that sample"),
  seed: z.int().optional().describe("drew that sample"),
  productVersion: z.string(),
  seconds: z.number().describe("wall time of the search"),
});

export type SimilarUsersManifest = z.infer<typeof similarUsersManifestSchema>;

export interface KeptSearch {
  readonly directory: string;
  readonly manifest: SimilarUsersManifest;
}

const FILE = "similar-users.safetensors";
const FOLDER = "similar-users";

/** SHA-256 of what a search depends on. */
export function vectorsHash({ rows, columns, data }: Matrix): string {
  return addBytes(createHash("sha256").update(`${rows} x ${columns}:`), data).digest("hex");
}

/**
 * Keep what a search found. Whoever calls holds the lock of the vectors.
 * @param embeddings folder of the vectors.
 */
export async function writeSimilarUsers(
  embeddings: string,
  { rows, k, neighbours, cosines }: SimilarUsers,
  manifest: SimilarUsersManifest,
): Promise<KeptSearch> {
  const directory = directoryOf(embeddings, manifest.search, k);
  await writeSealedDirectory(directory, async (temporary) => {
    const tensors = {
      neighbours: { shape: [rows, k], data: neighbours },
      cosines: { shape: [rows, k], data: cosines },
    };
    await writeSafetensors(join(temporary, FILE), tensors);
    await writeJsonAtomic(join(temporary, "manifest.json"), manifest);
  });
  return { directory, manifest };
}

export function directoryOf(embeddings: string, search: Search, neighbours: number): string {
  return join(embeddings, FOLDER, `${search}-${neighbours}`);
}

/** What is asked of the searches that are kept. */
export interface SearchWanted {
  readonly users: Matrix;
  readonly neighbours: number;
  readonly search: Search;
  readonly report?: Report | undefined;
}

interface KeptName {
  readonly search: Search;
  readonly k: number;
}

/** The searches beside one set of vectors. */
export class KeptSimilarUsers {
  /** @param embeddings folder of the vectors. */
  constructor(private readonly embeddings: string) {}

  /**
   * What a search in `users` would find, read from one that is kept: of an exact one for more neighbours, the nearest
   * of each. Undefined where none serves; why, and what was taken, is reported.
   */
  async find({ users, neighbours, search, report = silent }: SearchWanted): Promise<SimilarUsers | undefined> {
    const known = await this.names();
    if (known.length === 0) return undefined;
    const k = Math.min(neighbours, users.rows - 1);
    const directory = this.folderOf(known, search, k);
    const tell = (message: string) => report({ kind: "notice", message: `similar users: ${message}` });
    if (directory === undefined) {
      const those = known.map((each) => `${each.k} (${each.search})`).join(", ");
      tell(`${those} of each were found beforehand, which does not serve ${k} (${search}): they are searched.`);
      return undefined;
    }
    try {
      const { manifest, found } = await readSimilarUsers(directory);
      if (manifest.vectorsHash !== vectorsHash(users)) {
        tell(`what ${directory} holds was found in other vectors: they are searched anew.`);
        return undefined;
      }
      const recall = search === "exact" ? "" : `, recall ${manifest.recall.toFixed(3)}`;
      tell(`${k} of each taken from ${directory}${recall}, instead of searching.`);
      return nearestOf(found, k);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      report({ kind: "warning", message: `${error.message} They are searched anew.` });
      return undefined;
    }
  }

  /** Folder of a search that has what one for `k` would find in the same vectors; undefined where none is kept. */
  async serving(search: Search, k: number): Promise<string | undefined> {
    return this.folderOf(await this.names(), search, k);
  }

  private folderOf(known: readonly KeptName[], search: Search, k: number): string | undefined {
    const serves = (each: KeptName) => each.k === k || (search === "exact" && each.k > k);
    const name = known.find((each) => each.search === search && serves(each));
    return name && directoryOf(this.embeddings, name.search, name.k);
  }

  /** By search and number, fewest first. */
  private async names(): Promise<readonly KeptName[]> {
    const entries = await readdir(join(this.embeddings, FOLDER)).catch(() => []);
    return entries
      .flatMap((entry) => {
        const [, search, k] = /^(exact|approximate)-(\d+)$/.exec(entry) ?? [];
        return search === undefined ? [] : [{ search: search as Search, k: Number(k) }];
      })
      .sort((a, b) => a.k - b.k);
  }
}

/**
 * What a folder says of itself; undefined where there is none. Whoever calls holds the lock of the vectors.
 * @throws InputError where it is damaged.
 */
export async function keptSearch(directory: string): Promise<KeptSearch | undefined> {
  await mendDirectory(directory, { holdsLock: true });
  if (!(await exists(join(directory, "manifest.json")))) return undefined;
  const { manifest } = await readSimilarUsers(directory);
  return { directory, manifest };
}

/** @throws InputError where files are gone or are not what was written. */
async function readSimilarUsers(directory: string) {
  await checkDirectory(directory, "Run `isrf similar-users` again.");
  const where = join(directory, "manifest.json");
  const manifest = await readRecord(where, similarUsersManifestSchema, { expected: "a manifest of similar users" });
  const { users: rows, neighbours: k } = manifest;
  const path = join(directory, FILE);
  const file = await readSafetensors(path);
  const cosines = floatTensor(path, file, "cosines", [rows, k]);
  const neighbours = file.tensors.get("neighbours")?.data;
  if (!(neighbours instanceof Int32Array) || neighbours.length !== rows * k)
    throw new InputError({ where: path, found: "no such tensor", expected: `int32 "neighbours" [${rows}, ${k}]` });
  return { manifest, found: { rows, k, neighbours, cosines } satisfies SimilarUsers };
}

function nearestOf({ rows, k: all, neighbours, cosines }: SimilarUsers, k: number): SimilarUsers {
  if (k === all) return { rows, k, neighbours, cosines };
  const nearest = { rows, k, neighbours: new Int32Array(rows * k), cosines: new Float32Array(rows * k) };
  for (let r = 0; r < rows; r++) {
    nearest.neighbours.set(neighbours.subarray(r * all, r * all + k), r * k);
    nearest.cosines.set(cosines.subarray(r * all, r * all + k), r * k);
  }
  return nearest;
}

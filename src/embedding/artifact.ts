// dataset/embeddings/NAME/: items.safetensors and users.safetensors (each one tensor "embeddings", f32 [n, d]) and
// manifest.json, which says where they came from.

import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { checkDirectory, checksumOf, writeSealedDirectory, writtenChecksums } from "../base/checksums.ts";
import { InputError, UsageError } from "../base/errors.ts";
import { exists, readJson, sha256, writeJsonAtomic } from "../base/files.ts";
import { mendDirectory } from "../base/leftovers.ts";
import { type Matrix, matrix } from "../base/matrix.ts";
import { floatTensor, readSafetensors, writeSafetensors } from "../engine/safetensors.ts";
import { TEXT_SOURCES } from "./text-source.ts";
import type { Whitening } from "./whiten.ts";
import { readWhitening, writeWhitening } from "./whitening-file.ts";

const SIDE = z.object({
  text: z.enum(TEXT_SOURCES),
  count: z.number(),
  /** Share of subjects with a whole chain; the others' text is their attributes. 1 for `attributes`. */
  coverage: z.number(),
  /** Rows of zeros: texts without a word that the encoder knows. */
  emptyRows: z.number(),
  /** SHA-256 of the embedded texts. */
  textHash: z.string(),
});

const MANIFEST = z.object({
  format: z.literal(1),
  kind: z.literal("embeddings"),
  name: z.string(),
  encoder: z.object({ kind: z.string(), options: z.record(z.string(), z.unknown()) }),
  /** Who wrote the chain texts, e.g. "rule-based (offline)"; "attributes" when none are used. */
  textsBy: z.string(),
  /** A study makes what it made itself anew when the texts are others by now; absent where somebody asked for them. */
  madeBy: z.literal("study").optional(),
  items: SIDE,
  users: SIDE,
  /** The reasoning manifest of the chain texts, which finds their answers after others were reasoned beside them. */
  reasoning: z.record(z.string(), z.unknown()).optional(),
  /** Set where user texts were made from full histories, held-out items included. */
  userHistory: z.literal("full").optional(),
  dimensions: z.number(),
  /** How both sides were whitened, and from how many columns; absent: as the encoder gave them. */
  whiten: z.object({ power: z.number(), from: z.number() }).optional(),
  seed: z.number(),
  datasetHash: z.string(),
  productVersion: z.string(),
  /** Wall time of the call that made them, which may have gone on where another stopped; absent in older ones. */
  seconds: z.number().optional(),
});

export type EmbeddingsManifest = z.infer<typeof MANIFEST>;

export interface Embeddings {
  /** [nItems, dimensions] by item index. */
  readonly items: Matrix;
  /** [nUsers, dimensions] by user index. */
  readonly users: Matrix;
  readonly manifest: EmbeddingsManifest;
  /** What both sides were whitened by, for vectors of texts that come later. */
  readonly whitening?: Whitening | undefined;
}

const TENSOR = "embeddings";

/** Write all files, or none. */
export async function writeEmbeddings(
  datasetDirectory: string,
  { items, users, manifest, whitening }: Embeddings,
): Promise<string> {
  const directory = embeddingsDirectory(datasetDirectory, manifest.name);
  await writeSealedDirectory(directory, async (temporary) => {
    for (const [side, m] of [["items", items] as const, ["users", users] as const]) {
      const tensors = { [TENSOR]: { shape: [m.rows, m.columns], data: m.data } };
      await writeSafetensors(vectorsPath(temporary, side), tensors);
    }
    if (whitening !== undefined) await writeWhitening(temporary, whitening);
    await writeJsonAtomic(join(temporary, "manifest.json"), manifest);
  });
  return directory;
}

/**
 * Read embeddings by name.
 * @param dataset when given, its hash must be the one they were made for.
 * @throws InputError when they are absent, damaged, or of another version of the data.
 */
export async function openEmbeddings(
  datasetDirectory: string,
  name: string,
  dataset?: { readonly hash: string },
): Promise<Embeddings> {
  const directory = embeddingsDirectory(datasetDirectory, name);
  const where = join(directory, "manifest.json");
  await mendDirectory(directory);
  if (!(await exists(where))) throw await absent(datasetDirectory, name);
  const again = `Run \`isrf embed ${datasetDirectory}\` again.`;
  await checkDirectory(directory, `Its vectors are not used. ${again}`);
  const manifest = await readEmbeddingsManifest(datasetDirectory, name);
  if (dataset !== undefined && dataset.hash !== manifest.datasetHash) {
    const [found, expected] = [manifest.datasetHash, dataset.hash].map((hash) => `dataset ${hash.slice(0, 12)}`);
    throw new InputError({ where, found: found!, expected: expected!, todo: `The data has changed. ${again}` });
  }
  const read = (side: "items" | "users") =>
    readVectors(vectorsPath(directory, side), manifest[side].count, manifest.dimensions);
  const { whiten, dimensions } = manifest;
  const whitening = whiten && (await readWhitening(directory, dimensions, whiten.from));
  return { items: await read("items"), users: await read("users"), manifest, whitening };
}

/** SHA-256 of the vectors of both sides: equal ones have it alike, whatever they are called. @throws InputError */
export async function vectorsDigest(datasetDirectory: string, name: string): Promise<string> {
  const directory = embeddingsDirectory(datasetDirectory, name);
  if (!(await exists(join(directory, "manifest.json")))) throw await absent(datasetDirectory, name);
  const written = await writtenChecksums(directory, `Run \`isrf embed ${datasetDirectory}\` again.`);
  const paths = (["items", "users"] as const).map((side) => vectorsPath(directory, side));
  const sums = paths.map(async (path) => written?.[basename(path)] ?? checksumOf(path));
  return sha256((await Promise.all(sums)).map((sum) => sum.sha256).join("\n"));
}

/** File of one side's vectors in a folder of embeddings. */
export function vectorsPath(directory: string, side: "items" | "users"): string {
  return join(directory, `${side}.safetensors`);
}

/** @throws InputError where the file does not hold vectors of that shape. */
export async function readVectors(path: string, rows: number, columns: number): Promise<Matrix> {
  return matrix(rows, columns, floatTensor(path, await readSafetensors(path), TENSOR, [rows, columns]));
}

/** Where embeddings of a name lie. @throws UsageError for a name that is no plain folder name. */
export function embeddingsDirectory(datasetDirectory: string, name: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(name)) {
    throw new UsageError(`embeddings name "${name}": expected letters, digits, ".", "_" and "-"`);
  }
  return join(datasetDirectory, "embeddings", name);
}

/** What embeddings of a name say of themselves; their vectors are not looked at. @throws InputError when it is gone. */
export async function readEmbeddingsManifest(datasetDirectory: string, name: string): Promise<EmbeddingsManifest> {
  const where = embeddingsManifestPath(datasetDirectory, name);
  const parsed = MANIFEST.safeParse(await readJson(where));
  if (parsed.success) return parsed.data;
  const todo = `Run \`isrf embed ${datasetDirectory}\` again.`;
  throw new InputError({ where, found: z.prettifyError(parsed.error), expected: "an embeddings manifest", todo });
}

export function embeddingsManifestPath(datasetDirectory: string, name: string): string {
  return join(embeddingsDirectory(datasetDirectory, name), "manifest.json");
}

async function absent(datasetDirectory: string, name: string): Promise<InputError> {
  const entries = await readdir(join(datasetDirectory, "embeddings")).catch(() => []);
  const known = entries.filter((entry) => !entry.startsWith("."));
  return new InputError({
    where: join(datasetDirectory, "embeddings", name),
    found: known.length === 0 ? "no embeddings" : `only ${known.sort().join(", ")}`,
    expected: `embeddings called "${name}"`,
    todo: `Make them with \`isrf embed ${datasetDirectory}\`.`,
  });
}

// Vectors of a trained model as files that other programs read.
import { open, rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { stopIf, UsageError } from "../../base/errors.ts";
import { exists, writeFileAtomic } from "../../base/files.ts";
import { type Matrix, row } from "../../base/matrix.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { namingPlace } from "../../base/system-errors.ts";
import { writeParquet } from "../../data/index.ts";
import { writtenTo } from "../../objects/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import { exportSettings, VECTOR_FORMATS } from "./settings.ts";

export interface ExportOptions extends Given<typeof exportSettings> {
  readonly signal?: AbortSignal | undefined;
}

export interface ExportedVectors {
  readonly out: string;
  readonly format: (typeof VECTOR_FORMATS)[number];
  readonly rows: number;
  readonly columns: number;
  /** What the vectors are, in words. */
  readonly description: string;
  /** Of npy: the ids of the rows, in their order. */
  readonly ids?: string | undefined;
}

/**
 * Write what the model of a run knows items or users by.
 * @throws UsageError for a model without such vectors, a file that is there already, or an ending that says no format;
 *   and as `openRun`.
 */
export async function exportVectors(run: string | OpenRun, options: ExportOptions): Promise<ExportedVectors> {
  const { out, overwrite, ...settings } = settingsOf("export", exportSettings, options);
  const format = settings.format ?? formatOf(out);
  const beside = format === "npy" ? [IDS] : [];
  return writtenTo(out, { overwrite, beside }, async (path) => {
    const written = await writeVectors(run, { ...options, out: path, format });
    return { ...written, out, ids: written.ids && `${out}${IDS}` };
  });
}

/** What the file with the ids of a matrix is called beside it. */
const IDS = ".ids.json";

async function writeVectors(
  run: string | OpenRun,
  options: ExportOptions & Pick<ExportedVectors, "format">,
): Promise<ExportedVectors> {
  const { format } = options;
  const { what, out, overwrite } = settingsOf("export", exportSettings, options);
  const ids = `${out}${IDS}`;
  for (const file of format === "npy" ? [out, ids] : [out]) {
    if (!overwrite && (await exists(file)))
      throw new UsageError(`${file} exists already. Choose another --out or add --overwrite to replace it.`);
  }
  const work = async (opened: OpenRun) => {
    const { names, vectors, description } = vectorsOf(opened, what);
    stopIf(options.signal, `${out}: stopped before it was written. Run the same command again.`);
    if (format === "npy") {
      await writeFileAtomic(out, npy(vectors));
      await writeFileAtomic(ids, JSON.stringify(names));
    } else await writeRows(out, format, names, vectors);
    const { rows, columns } = vectors;
    return { out, format, rows, columns, description, ids: format === "npy" ? ids : undefined };
  };
  return withRun(run, options, work, { addedItems: true });
}

interface Named {
  readonly names: readonly string[];
  readonly vectors: Matrix;
  readonly description: string;
}

function vectorsOf({ recommender, dataset }: OpenRun, what: ExportOptions["what"]): Named {
  const { vectors, name } = recommender;
  if (vectors === undefined)
    throw new UsageError(`${name} has no vector an item: it writes items as words. isrf embed makes vectors of texts.`);
  const { description } = vectors;
  if (what === "item-vectors")
    return { names: dataset.items.map(({ itemId }) => itemId), vectors: vectors.items, description };
  if (vectors.users === undefined)
    throw new UsageError(`${name} has no vector a user: it reads the history anew for each answer.`);
  return { names: dataset.users, vectors: vectors.users, description };
}

function formatOf(out: string): ExportedVectors["format"] {
  const ending = extname(out).slice(1).toLowerCase();
  const format = VECTOR_FORMATS.find((each) => each === ending);
  if (format !== undefined) return format;
  throw new UsageError(`--out ${out}: its ending says no format; add --format ${VECTOR_FORMATS.join("|")}.`);
}

async function writeRows(
  out: string,
  format: "parquet" | "jsonl",
  names: readonly string[],
  vectors: Matrix,
): Promise<void> {
  const partial = `${out}.partial`;
  await namingPlace(out, async () => {
    try {
      if (format === "parquet")
        await writeParquet(partial, { id: "VARCHAR", vector: "FLOAT[]" }, rowsOf(names, vectors));
      else await writeLines(partial, rowsOf(names, vectors));
      await rename(partial, out);
    } finally {
      await rm(partial, { force: true });
    }
  });
}

async function writeLines(path: string, rows: Iterable<object>): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const each of rows) await file.write(`${JSON.stringify(each)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function* rowsOf(names: readonly string[], vectors: Matrix): Generator<object> {
  for (const [index, id] of names.entries()) yield { id, vector: Array.from(row(vectors, index)) };
}

/** NumPy's format 1.0: magic, version, length of the header, the header, padded to 64 bytes, the values. */
function npy({ rows, columns, data }: Matrix): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY\u0001\u0000", "latin1"),
    Buffer.from([padded.length & 0xff, padded.length >> 8]),
    Buffer.from(padded, "latin1"),
  ]);
  return Buffer.concat([head, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

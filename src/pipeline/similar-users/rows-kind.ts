// The kind of job that finds the similar users of some rows among all of them.
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { type Matrix, normaliseRows } from "../../base/matrix.ts";
import { readVectors, type SimilarUsers, similarRows, vectorsHash } from "../../embedding/index.ts";
import type { ObjectStore } from "../../objects/index.ts";
import { defineKind } from "../work/kind.ts";
import { objectsAt } from "../work/objects-at.ts";
import { refuseOtherVersion } from "../work/other-version.ts";
import { fileHere, fileSchema } from "../work/places.ts";

export const SIMILAR_USERS_JOB = "similar-users";

const count = z.int().min(1);

/** What is searched. */
const searchSchema = z.strictObject({
  /** SHA-256 of the users' vectors. */
  hash: z.string(),
  rows: count,
  columns: count,
  /** Similar users of each. */
  k: count,
});

export type SearchAsked = z.output<typeof searchSchema>;

const payloadSchema = searchSchema.extend({
  /** Of isrf: another one may compute other digits. */
  version: z.string(),
  vectors: fileSchema,
  from: z.int().min(0),
  to: count,
  /** Where what was found goes, on this machine; null: where the worker's `--objects` says. */
  objects: z.string().nullable(),
});

export type RowsPayload = z.output<typeof payloadSchema>;

/** Ends in "/". */
export function foundFolder({ hash, k, version }: Pick<RowsPayload, "hash" | "k" | "version">): string {
  return `similar-users/${hash.slice(0, 32)}-${k}-${version}/`;
}

/** The name of the object of some rows. */
export function foundName(
  asked: Pick<RowsPayload, "hash" | "k" | "version">,
  { from, to }: { from: number; to: number },
): string {
  const [first, last] = [from, to].map((row) => String(row).padStart(9, "0"));
  return `${foundFolder(asked)}${first}-${last}`;
}

export const similarUsersKind = defineKind({
  name: SIMILAR_USERS_JOB,
  payload: payloadSchema,
  async run(payload, context) {
    refuseOtherVersion("similar users", "a search", payload.version);
    const objects = await objectsAt(payload.objects, context);
    const name = foundName(payload, payload);
    if ((await objects.facts(name)) !== undefined) return null;
    const { kept, cache, threads, signal, progress } = context;
    const open = () => unitVectors(payload, objects, cache);
    const unit = await kept.get(SIMILAR_USERS_JOB, `${payload.objects} ${payload.hash}`, open);
    const report = (event: { readonly kind: string; readonly done?: number }) => {
      if (event.kind === "step") progress(event.done!);
    };
    const found = await similarRows(unit, payload.k, payload, { threads, report, signal });
    await objects.put(name, bytesOf(found));
    return null;
  },
});

async function unitVectors(
  { vectors, hash, rows, columns }: RowsPayload,
  objects: ObjectStore,
  cache: string,
): Promise<Matrix> {
  const path = await fileHere(vectors, objects, cache);
  const users = await readVectors(path, rows, columns);
  const found = vectorsHash(users);
  if (found === hash) return normaliseRows(users);
  const [is, expected] = [found, hash].map((each) => `vectors ${each.slice(0, 12)}`);
  throw new InputError({
    where: path,
    found: is!,
    expected: expected!,
    todo: "They have changed meanwhile: search anew.",
  });
}

/** Indices, then cosines, row by row: 32 bits each, little-endian. */
export function bytesOf({ neighbours, cosines }: Pick<SimilarUsers, "neighbours" | "cosines">): Uint8Array {
  return Buffer.concat([neighbours, cosines].map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
}

/** @param where they lie, for the message. @throws InputError for bytes of another length. */
export function foundIn(
  bytes: Uint8Array,
  length: number,
  where: string,
): Pick<SimilarUsers, "neighbours" | "cosines"> {
  if (bytes.length !== 8 * length) {
    const todo = "Remove it, and run the same command again.";
    throw new InputError({ where, found: `${bytes.length} bytes`, expected: `${8 * length}`, todo });
  }
  const { buffer } = Uint8Array.from(bytes);
  return { neighbours: new Int32Array(buffer, 0, length), cosines: new Float32Array(buffer, 4 * length, length) };
}

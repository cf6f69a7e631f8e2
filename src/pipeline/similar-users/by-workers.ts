// An exact search by workers: blocks of users are given out, each compared with all, and what is found is joined in
// order.
import { basename, dirname, join } from "node:path";
import { sha256 } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import type { Report } from "../../base/progress.ts";
import { SIMILAR_BLOCK, type SimilarUsers, vectorsPath } from "../../embedding/index.ts";
import { type ObjectStore, removeFolder, withObjects } from "../../objects/index.ts";
import { shardsOf, type UserShard } from "../work/block-shards.ts";
import { placeFile } from "../work/places.ts";
import { Workforce, type Workplace, workplaceOf } from "../work/workplace.ts";
import { foundFolder, foundIn, foundName, type RowsPayload, type SearchAsked, SIMILAR_USERS_JOB } from "./rows-kind.ts";

export interface ByWorkersOptions {
  /** Folder of the vectors; jobs and objects of this machine lie beside it. */
  readonly vectors: string;
  readonly workers?: number | undefined;
  readonly queue?: string | undefined;
  readonly objects?: string | undefined;
  readonly threads?: number | undefined;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

export interface SearchByWorkers {
  readonly found: SimilarUsers;
  /** Takes away what was made for this search alone. Call when what was found is safe on disk. */
  clear(): Promise<void>;
}

/** Where jobs and objects of this machine lie during a search. */
export function workFolder(vectors: string): string {
  return join(dirname(vectors), `.${basename(vectors)}.similar-users`);
}

/** @throws UsageError for Redis without objects; else as `coordinate`. */
export async function searchByWorkers(search: SearchAsked, options: ByWorkersOptions): Promise<SearchByWorkers> {
  const place = workplaceOf(options, workFolder(options.vectors));
  const asked = { ...search, version: productVersion() };
  const found = await withObjects(place.objects, (objects) => gather(asked, options, place, objects));
  return {
    found,
    clear: () => withObjects(place.objects, (objects) => removeFolder(objects, foundFolder(asked))),
  };
}

type Asked = SearchAsked & Pick<RowsPayload, "version">;

async function gather(
  asked: Asked,
  options: ByWorkersOptions,
  place: Workplace,
  objects: ObjectStore,
): Promise<SimilarUsers> {
  const { rows, k } = asked;
  const whole = { rows, k, neighbours: new Int32Array(rows * k), cosines: new Float32Array(rows * k) };
  const take = async (shard: UserShard) => {
    const name = foundName(asked, shard);
    const part = foundIn(await objects.get(name), (shard.to - shard.from) * k, name);
    whole.neighbours.set(part.neighbours, shard.from * k);
    whole.cosines.set(part.cosines, shard.from * k);
  };
  const there = new Set<string>();
  for await (const { name } of objects.list(foundFolder(asked))) there.add(name);
  const shards = shardsOf(rows, SIMILAR_BLOCK);
  const missing = shards.filter((shard) => !there.has(foundName(asked, shard)));
  for (const shard of shards) if (!missing.includes(shard)) await take(shard);
  if (missing.length > 0) await handOut(missing, asked, options, { place, objects, take });
  return whole;
}

interface Desk {
  readonly place: Workplace;
  readonly objects: ObjectStore;
  readonly take: (shard: UserShard) => Promise<void>;
}

async function handOut(
  missing: readonly UserShard[],
  asked: Asked,
  { vectors, threads, report, signal }: ByWorkersOptions,
  { place, objects, take }: Desk,
): Promise<void> {
  const file = await placeFile(vectorsPath(vectors, "users"), place.isElsewhere ? objects : undefined);
  const payload = { ...asked, vectors: file, objects: place.isElsewhere ? null : place.objects };
  // The same rows at another place are another job.
  const prefix = `${sha256(JSON.stringify([place.objects, payload])).slice(0, 16)}-${asked.k}`;
  const byName = new Map(missing.map((shard) => [`${prefix}-${shard.from}-${shard.to}`, shard]));
  const shards = Array.from(byName, ([name, { from, to }]) => ({
    name,
    payload: { ...payload, from, to } satisfies RowsPayload,
    size: to - from,
  }));
  const work = { kind: SIMILAR_USERS_JOB, most: shards.length, threads, report, signal };
  const workforce = await Workforce.open(place, work);
  try {
    await workforce.handOut({
      shards,
      stage: "similar users",
      unit: "users",
      before: asked.rows - shards.reduce((sum, { size }) => sum + size, 0),
      take: async ({ name }) => {
        const shard = byName.get(name)!;
        if ((await objects.facts(foundName(asked, shard))) === undefined) return false;
        await take(shard);
        return true;
      },
    });
  } finally {
    await workforce.close();
  }
}

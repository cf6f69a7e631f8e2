// Has the batches of an encoding done by workers. Which texts are encoded, and what is kept of them, stays with the
// encoding: finished batches go into its progress file, so that it goes on with workers or without.
import { basename, dirname, join, resolve } from "node:path";
import { exists, removeDirectory, sha256 } from "../../../base/files.ts";
import { productVersion } from "../../../base/product-version.ts";
import { type Report, silent } from "../../../base/progress.ts";
import {
  type EncodeElsewhere,
  OtherWidthError,
  type openEncoder,
  type PretrainedEncoder,
  type SharedEncoding,
} from "../../../embedding/index.ts";
import { type ObjectStore, publishFolder, removeFolder, withObjects } from "../../../objects/index.ts";
import type { FolderPlace } from "../../work/places.ts";
import { type GivenPlace, Workforce, type Workplace, workplaceOf } from "../../work/workplace.ts";
import type { EncoderSettings } from "../settings.ts";
import {
  choiceSchema,
  EMBED_JOB,
  type EmbedPayload,
  type EncodingRun,
  runName,
  textsName,
  VECTORS,
  vectorsFolder,
  withoutServer,
} from "./messages.ts";
import { type EncodingShard, shardsOfEncoding } from "./shards.ts";
import { putVectors, vectorsIn } from "./vector-log.ts";

export interface WithWorkersOptions {
  readonly spec: Parameters<typeof openEncoder>[0];
  readonly choice: Omit<EncoderSettings, "encoder">;
  /** Where a transformer's files lie here. */
  readonly checkpoint: string | undefined;
  /** Where the vectors will lie; jobs and objects of this machine lie beside it. */
  readonly target: string;
  /** Undefined: only what workers put before is taken. */
  readonly place: GivenPlace | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EncodingByWorkers {
  readonly encode: EncodeElsewhere;
  /** Takes away what was made for this encoding alone. Call when the vectors are safe on disk. */
  clear(): Promise<void>;
}

/** Where jobs and objects of this machine lie while vectors are made. */
export function workFolder(target: string): string {
  return join(dirname(target), `.${basename(target)}.work`);
}

/** @throws UsageError for Redis without objects; `encode` throws as `coordinate` does. */
export async function withWorkers(encoder: PretrainedEncoder, options: WithWorkersOptions): Promise<EncodingByWorkers> {
  const { target, place = { workers: 0 } } = options;
  const workplace = workplaceOf(place, workFolder(target));
  const desk = new Desk(encoder, options, workplace);
  return {
    encode: (encoding) => withObjects(workplace.objects, (objects) => desk.encode(encoding, objects)),
    async clear() {
      await withObjects(workplace.objects, (objects) => desk.clear(objects));
      if (!(await holdsVectors(workplace.folder))) await removeDirectory(workplace.folder);
    },
  };
}

/** Whether workers put some of another encoding that nobody has taken: its command was killed, and may come again. */
async function holdsVectors(folder: string): Promise<boolean> {
  const address = join(folder, "objects");
  if (!(await exists(address))) return false;
  return withObjects(address, async (objects) => {
    for await (const _ of objects.list(VECTORS)) return true;
    return false;
  });
}

/** Sends texts out and takes vectors. */
class Desk {
  private shards: readonly EncodingShard[] = [];
  private run: string | undefined;

  constructor(
    private readonly encoder: PretrainedEncoder,
    private readonly options: WithWorkersOptions,
    private readonly place: Workplace,
  ) {}

  async encode(encoding: SharedEncoding, objects: ObjectStore): Promise<void> {
    this.shards = shardsOfEncoding(this.encoder, encoding);
    await this.takePut(encoding, objects);
    const missing = this.shards.filter((shard) => textsLeft(shard, encoding) > 0);
    if (this.options.place === undefined) return;
    const run = await this.runOf(encoding, objects);
    this.run = run.name;
    // Where workers went on after a command that was killed.
    if (missing.length === 0) return;
    await objects.putOnce(run.name, Buffer.from(run.text));
    const { report = silent, signal } = this.options;
    const work = { kind: EMBED_JOB, most: missing.length, threads: undefined, report, signal };
    const workforce = await Workforce.open(this.place, work);
    try {
      await this.handOut(run.name, missing, encoding, objects, workforce);
    } finally {
      await workforce.close();
    }
  }

  async clear(objects: ObjectStore): Promise<void> {
    for (const name of (await this.vectorNames(objects)).values()) for (const each of name) await objects.remove(each);
    for (const { hash } of this.shards) await objects.remove(textsName(hash));
    if (this.run !== undefined) await objects.remove(this.run);
  }

  private async handOut(
    run: string,
    missing: readonly EncodingShard[],
    encoding: SharedEncoding,
    objects: ObjectStore,
    workforce: Workforce,
  ): Promise<void> {
    const address = this.place.isElsewhere ? null : this.place.objects;
    // The same shard at another place, or of other settings, is another job.
    const place = sha256(JSON.stringify([this.place.objects, run])).slice(0, 8);
    const byName = new Map(missing.map((shard) => [`${place}-${shard.hash}`, shard]));
    const shards = [];
    for (const [name, shard] of byName) {
      await putShard(shard, encoding, objects);
      const payload = { run, shard: shard.hash, objects: address } satisfies EmbedPayload;
      shards.push({ name, payload, size: textsLeft(shard, encoding) });
    }
    await workforce.handOut({
      shards,
      stage: "embed",
      unit: "texts",
      before: encoding.texts.length - shards.reduce((sum, { size }) => sum + size, 0),
      take: async ({ name }) => {
        const shard = byName.get(name)!;
        await take(shard, encoding, objects);
        return textsLeft(shard, encoding) === 0;
      },
    });
  }

  /** What workers put while nobody listened. */
  private async takePut(encoding: SharedEncoding, objects: ObjectStore): Promise<void> {
    const there = await this.vectorNames(objects);
    for (const shard of this.shards)
      if (there.has(shard.hash) && textsLeft(shard, encoding) > 0) await take(shard, encoding, objects);
  }

  /** Names of objects with vectors, by shard. */
  private async vectorNames(objects: ObjectStore): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = new Map(this.shards.map(({ hash }) => [hash, [] as string[]]));
    for await (const { name } of objects.list(VECTORS)) names.get(name.split("/").at(-2)!)?.push(name);
    return new Map([...names].filter(([, some]) => some.length > 0));
  }

  /** The object that tells workers how to encode. */
  private async runOf({ texts }: SharedEncoding, objects: ObjectStore) {
    const { spec, choice, checkpoint } = this.options;
    const run = {
      format: 1,
      kind: "encoding",
      version: productVersion(),
      encoder: spec,
      settings: choiceSchema.parse(choice),
      checkpoint: checkpoint === undefined ? undefined : await this.placeCheckpoint(checkpoint, objects),
      options: withoutServer(this.encoder.options),
      total: texts.length,
    } satisfies EncodingRun;
    const text = JSON.stringify(run);
    return { name: runName(sha256(text).slice(0, 32)), text };
  }

  private async placeCheckpoint(directory: string, objects: ObjectStore): Promise<FolderPlace> {
    if (!this.place.isElsewhere) return { path: resolve(directory) };
    return { folder: (await publishFolder(objects, directory, { includes: isOfCheckpoint })).hash };
  }
}

/** Other programs' weights stay here. */
function isOfCheckpoint(path: string): boolean {
  return path === "model.safetensors" || path.endsWith(".json");
}

function textsLeft({ from, content }: EncodingShard, { has }: SharedEncoding): number {
  return content.batches.reduce((sum, texts, batch) => sum + (has(from + batch) ? 0 : texts), 0);
}

/** With the vectors that are known here, so that no worker encodes them again. */
async function putShard(shard: EncodingShard, encoding: SharedEncoding, objects: ObjectStore): Promise<void> {
  const { hash, from, content } = shard;
  const known = [...content.batches.keys()].flatMap((batch) => {
    const vectors = encoding.get(from + batch);
    return vectors === undefined ? [] : [{ batch, vectors }];
  });
  if (known.length > 0) await putVectors(objects, vectorsFolder(hash), known);
  await objects.putOnce(textsName(hash), Buffer.from(JSON.stringify(content)));
}

/**
 * What is there of a shard's vectors.
 * @throws OperationError for some of another width, such as another model's; the shard's are then gone, so that the
 *   next call does not find them.
 */
async function take({ hash, from }: EncodingShard, { put }: SharedEncoding, objects: ObjectStore): Promise<void> {
  const folder = vectorsFolder(hash);
  try {
    for await (const { batch, vectors } of vectorsIn(objects, folder)) await put(from + batch, vectors);
  } catch (error) {
    if (error instanceof OtherWidthError) await removeFolder(objects, folder);
    throw error;
  }
}

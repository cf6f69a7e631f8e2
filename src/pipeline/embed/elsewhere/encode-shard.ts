// A worker's part of an encoding: the batches of a shard, encoded and put into the object store. Done twice, it encodes
// nothing twice.
import { z } from "zod";
import { InputError, OperationError } from "../../../base/errors.ts";
import { type Report, silent } from "../../../base/progress.ts";
import { sortedJson } from "../../../base/sorted-json.ts";
import { encodeBatches, openEncoder, type PretrainedEncoder } from "../../../embedding/index.ts";
import type { ObjectStore } from "../../../objects/index.ts";
import { GatheredWrites } from "../../work/gathered-writes.ts";
import { refuseOtherVersion } from "../../work/other-version.ts";
import { folderHere } from "../../work/places.ts";
import {
  type EncodingRun,
  runSchema,
  type ShardTexts,
  textsName,
  textsSchema,
  vectorsFolder,
  withoutServer,
} from "./messages.ts";
import { type BatchVectors, putVectors, vectorsIn } from "./vector-log.ts";

const ENCODING = "an encoding";

/** What a worker keeps open from shard to shard. */
export interface OpenedEncoder {
  readonly encoder: PretrainedEncoder;
  readonly total: number;
}

export interface OpenOptions {
  readonly objects: ObjectStore;
  /** Where folders lie that were fetched. */
  readonly cache: string;
  readonly threads?: number | undefined;
  /** Addresses and keys of servers; default the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The encoder of a run, by the name of its object.
 * @throws InputError where it is another one than the coordinator's; MissingObjectError where the run is over; and what
 *   `openEncoder` throws.
 */
export async function openEncoderOf(name: string, options: OpenOptions): Promise<OpenedEncoder> {
  const { objects, cache, threads, environment = process.env, signal } = options;
  const {
    version,
    encoder: spec,
    settings,
    checkpoint,
    options: expected,
    total,
  } = runIn(name, await objects.get(name));
  refuseOtherVersion(name, ENCODING, version);
  const { pooling, maxTokens, device, dimensions, timeoutSeconds } = settings;
  const encoder = await openEncoder(spec, {
    transformer: { pooling, maxTokens, device, threads },
    checkpoint: checkpoint && (await folderHere(checkpoint, objects, cache)),
    remote: { timeoutSeconds },
    dimensions,
    environment,
    report: silent,
    signal,
  });
  const [found, wanted] = [encoder.options, expected].map((each) => sortedJson(withoutServer(each)));
  if (found === wanted) return { encoder, total };
  await encoder.dispose();
  throw new InputError({
    where: `the encoder of this worker, ${spec.kind}:${spec.model}`,
    found: found!,
    expected: wanted!,
  });
}

export interface ShardWork extends OpenedEncoder {
  readonly objects: ObjectStore;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many of the shard's texts are encoded. */
  readonly onDone?: ((done: number) => void) | undefined;
}

/**
 * @throws CancelledError when the signal fires; InputError for texts that are cut otherwise here; OperationError when
 *   the encoder or the store fails. What was encoded is kept in each case.
 */
export async function encodeShard(shard: string, work: ShardWork): Promise<void> {
  const { encoder, total, objects, signal, onDone } = work;
  const { texts, batches } = textsIn(await objects.get(textsName(shard)));
  const plan = await encoder.prepare(texts, signal, total);
  if (!isInOrder(plan.batches, batches)) throw otherBatches(encoder);
  const done = new Set<number>();
  for await (const { batch } of vectorsIn(objects, vectorsFolder(shard))) done.add(batch);
  const tell = () => onDone?.([...done].reduce((sum, batch) => sum + batches[batch]!, 0));
  tell();
  const missing = [...batches.keys()].filter((batch) => !done.has(batch));
  const folder = vectorsFolder(shard);
  const writes = new GatheredWrites<BatchVectors>(objects, (some) => putVectors(objects, folder, some));
  try {
    await encodeBatches(encoder, plan, missing, {
      async put(batch, vectors) {
        writes.add({ batch, vectors });
        done.add(batch);
        tell();
        await writes.settle();
      },
      signal,
    });
  } finally {
    await writes.close();
  }
}

function runIn(name: string, content: Uint8Array): EncodingRun {
  const json: unknown = JSON.parse(Buffer.from(content).toString());
  const parsed = runSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const { version } = z.looseObject({ version: z.string() }).safeParse(json).data ?? {};
  refuseOtherVersion(name, ENCODING, version ?? "unknown");
  throw parsed.error;
}

function textsIn(content: Uint8Array): ShardTexts {
  return textsSchema.parse(JSON.parse(Buffer.from(content).toString()));
}

/** Texts were sent batch by batch, and come out so. */
function isInOrder(batches: readonly (readonly number[])[], sizes: readonly number[]): boolean {
  let next = 0;
  const isSame = batches.length === sizes.length && batches.every(({ length }, i) => length === sizes[i]);
  return isSame && batches.every((members) => members.every((member) => member === next++));
}

function otherBatches({ kind }: PretrainedEncoder): OperationError {
  return new OperationError(`${kind}: this worker divides the texts into other batches than the coordinator did.`);
}

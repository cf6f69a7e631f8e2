// Files in buckets as others put them there: any key, no checksum of ours. What an object is when it is first looked at
// it must still be when its last byte is here: its ETag and length say so.
import { type FileHandle, open } from "node:fs/promises";
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { OperationError, UsageError } from "../base/errors.ts";
import { writeAllAt } from "../base/files.ts";
import { namingPlace } from "../base/system-errors.ts";
import { inLanes } from "./lanes.ts";
import { type RetryOptions, withRetries } from "./retries.ts";
import { type Environment, loadSdk, makeClient, type Sdk, s3Place } from "./s3-client.ts";
import { isMissing, isPassing, type S3Place, s3Error, statusOf } from "./s3-errors.ts";

export interface S3FilesOptions {
  readonly environment?: Environment | undefined;
  readonly retries?: RetryOptions | undefined;
  /** Objects above so many bytes are read in parts of so many. */
  readonly partBytes?: number | undefined;
  /** Longest wait for a part, in milliseconds. */
  readonly replyMs?: number | undefined;
  /** Ends what is under way. */
  readonly signal?: AbortSignal | undefined;
}

/** `{ address: "s3://shop/orders/a.csv", bytes: 312, tag: '"9b2c..."' }` */
export interface S3FileFacts {
  readonly address: string;
  readonly bytes: number;
  /** The service's word for this very content; undefined where it gives none. */
  readonly tag: string | undefined;
  /** The first bytes, some hundred. */
  readonly head: Uint8Array;
}

/** Tells one content of an object from another. */
export function contentMark({ tag, bytes }: Pick<S3FileFacts, "tag" | "bytes">): string {
  return `${tag ?? "untagged"} ${bytes}`;
}

/** What another reader of the bucket must be told. Secret: for no message. */
export interface S3Access {
  readonly bucket: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

const HEAD_BYTES = 4096;
const PART_BYTES = 8 * 2 ** 20;
const AT_ONCE = 4;
/** For a part of 8 MiB that is 140 kB/s. */
const REPLY_MS = 60_000;

/** Buckets are opened as they are named. */
export class S3Files {
  readonly #options: S3FilesOptions;
  readonly #buckets = new Map<string, Promise<Bucket>>();

  constructor(options: S3FilesOptions = {}) {
    this.#options = options;
  }

  /** @throws UsageError where there is no such object; OperationError where the service refuses. */
  async facts(address: string): Promise<S3FileFacts> {
    const found = await this.find(address);
    if (found !== undefined) return found;
    const hint = /[*?[]/.test(address) ? " If it is a pattern, add --glob." : "";
    throw new UsageError(`${address}: no such object. Check the name.${hint}`);
  }

  /** Undefined where there is no such object. */
  async find(address: string): Promise<S3FileFacts | undefined> {
    const { bucket, key } = await this.#at(address);
    if (key === "" || key.endsWith("/")) {
      throw new UsageError(
        `${address}: that is a folder. Name the objects in it, or '${address.replace(/\/?$/, "/*")}' with --glob.`,
      );
    }
    return bucket.look(address, key);
  }

  /**
   * Into a file, in parts, several at once; a part that breaks off is asked for again. @param told Hears how many bytes
   * are here.
   * @throws as `facts`; OperationError where the object is not what `facts` says, or no longer
   */
  async fetch(facts: S3FileFacts, path: string, told: (bytes: number) => void = () => {}): Promise<void> {
    const { bucket, key } = await this.#at(facts.address);
    await namingPlace(path, async () => {
      const file = await open(path, "w");
      try {
        await bucket.read(facts, key, file, told);
      } finally {
        await file.close();
      }
    });
  }

  /** @throws OperationError where an object is no longer what it was. */
  async stillIs(facts: S3FileFacts): Promise<void> {
    const now = await this.facts(facts.address);
    if (now.tag !== facts.tag || now.bytes !== facts.bytes) throw replaced(facts.address);
  }

  /** Whole keys below `s3://bucket/folder/`, and folders in it with a slash at their end, in the service's order. */
  async inside(folder: string): Promise<readonly string[]> {
    const { bucket, key } = await this.#at(folder);
    return bucket.list(folder, key);
  }

  async access(address: string): Promise<S3Access> {
    return (await this.#at(address)).bucket.access();
  }

  async close(): Promise<void> {
    for (const bucket of await Promise.allSettled(this.#buckets.values()))
      if (bucket.status === "fulfilled") bucket.value.close();
  }

  async #at(address: string): Promise<{ readonly bucket: Bucket; readonly key: string }> {
    const { name, key } = s3Key(address);
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = Bucket.open(`s3://${name}`, this.#options);
      this.#buckets.set(name, bucket);
    }
    return { bucket: await bucket, key };
  }
}

/**
 * Bucket and key of an address; keys may hold anything.
 * @throws UsageError for one that carries credentials or settings: those have their places, and addresses are shown
 */
export function s3Key(address: string): { readonly name: string; readonly key: string } {
  const parts = /^s3:\/\/([^/]*)(?:\/(.*))?$/is.exec(address);
  const [, name = "", key = ""] = parts ?? [];
  if (name.includes("@") || /\?s3_\w+=/i.test(key)) {
    const place =
      "Credentials and settings of S3 stand in AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL_S3 and so on";
    throw new UsageError(`s3://${name.slice(name.lastIndexOf("@") + 1)}/...: ${place}, not in the address.`);
  }
  return { name, key };
}

class Bucket {
  private constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly place: S3Place,
    private readonly options: S3FilesOptions,
  ) {}

  static async open(address: string, options: S3FilesOptions): Promise<Bucket> {
    const { environment = process.env } = options;
    const place = s3Place(address, environment);
    const sdk = await loadSdk();
    return new Bucket(sdk, makeClient(sdk, place, environment), place, options);
  }

  /** By reading its beginning: refusals of a request for facts alone come without words. */
  async look(address: string, key: string): Promise<S3FileFacts | undefined> {
    return this.asking(address, async (signal) => {
      try {
        const reply = await this.get(key, signal, { Range: `bytes=0-${HEAD_BYTES - 1}` });
        const head = await beginningOf(reply);
        const total = /\/(\d+)$/.exec(reply.ContentRange ?? "")?.[1];
        return { address, head, bytes: Number(total ?? reply.ContentLength ?? head.length), tag: reply.ETag };
      } catch (error) {
        if (isMissing(error)) return undefined;
        // Of an empty object there is no part.
        if (statusOf(error) !== 416) throw error;
        const reply = await this.get(key, signal);
        return { address, head: await beginningOf(reply), bytes: reply.ContentLength ?? 0, tag: reply.ETag };
      }
    });
  }

  async read(facts: S3FileFacts, key: string, file: FileHandle, told: (bytes: number) => void): Promise<void> {
    const { address, bytes, tag } = facts;
    const { partBytes = PART_BYTES } = this.options;
    const count = Math.ceil(bytes / partBytes);
    let here = 0;
    await inLanes(count, AT_ONCE, async (index) => {
      const [start, end] = [index * partBytes, Math.min(bytes, (index + 1) * partBytes)];
      const part = await this.asking(address, async (signal) => {
        const range = count > 1 ? { Range: `bytes=${start}-${end - 1}` } : {};
        const reply = await this.get(key, signal, { ...range, IfMatch: tag }).catch((error: unknown) => {
          const isOther = isMissing(error) || statusOf(error) === 412 || statusOf(error) === 416;
          throw isOther ? replaced(address) : error;
        });
        if (reply.ETag !== tag || (reply.ContentLength ?? end - start) !== end - start) {
          (reply.Body as { destroy?: () => void } | undefined)?.destroy?.();
          throw replaced(address);
        }
        const content = await reply.Body!.transformToByteArray();
        if (content.length !== end - start) throw new Error("the connection broke off");
        return content;
      });
      await writeAllAt(file, part, start);
      here += part.length;
      told(here);
    });
  }

  async list(address: string, Prefix: string): Promise<readonly string[]> {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket: this.place.bucket, Prefix, Delimiter: "/", ContinuationToken };
      const page = await this.asking(address, (abortSignal) =>
        this.client.send(new this.sdk.ListObjectsV2Command(input), { abortSignal }),
      );
      found.push(...(page.CommonPrefixes ?? []).map((folder) => folder.Prefix ?? ""));
      found.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
    // Some programs put an object for a folder itself.
    return found.filter((key) => key !== Prefix || !/\/$|^$/.test(key));
  }

  async access(): Promise<S3Access> {
    const { bucket, endpoint } = this.place;
    return this.asking(this.place.address, async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await this.client.config.credentials();
      const region = await this.client.config.region();
      return { bucket, endpoint, region, accessKeyId, secretAccessKey, sessionToken };
    });
  }

  close(): void {
    this.client.destroy();
  }

  private get(key: string, abortSignal: AbortSignal, more = {}): Promise<GetObjectCommandOutput> {
    const input = { Bucket: this.place.bucket, Key: key, ...more };
    return this.client.send(new this.sdk.GetObjectCommand(input), { abortSignal });
  }

  private async asking<T>(where: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { replyMs = REPLY_MS, signal: stop, retries } = this.options;
    try {
      return await withRetries(
        () => {
          const late = AbortSignal.timeout(replyMs);
          return work(stop === undefined ? late : AbortSignal.any([late, stop]));
        },
        (error) => (stop?.aborted !== true && isPassing(error) ? "again" : undefined),
        retries,
      );
    } catch (error) {
      throw s3Error(error, this.place, where);
    }
  }
}

/** Its first bytes; a service that knows no parts gives all, which are let go. */
async function beginningOf({ Body }: GetObjectCommandOutput): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of Body as unknown as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}

function replaced(address: string): OperationError {
  return new OperationError(`${address}: the object was replaced while it was read. Run again when it is at rest.`);
}

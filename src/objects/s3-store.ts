// Objects in a bucket of an S3-compatible service. A service gives a name its new content as a whole, so that a killed
// writer leaves nothing under it. Each object carries the SHA-256 of its content and a mark of the writing that put it.
import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { GetObjectCommandOutput, HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import { sha256, sha256File } from "../base/files.ts";
import { namingPlace } from "../base/system-errors.ts";
import { contentFacts, pieceOf, sizeOf } from "./content.ts";
import { type Judge, type RetryOptions, withRetries } from "./retries.ts";
import { type Environment, loadSdk, makeClient, type Sdk, s3Place } from "./s3-client.ts";
import { isMissing, isPassing, isTaken, type S3Place, s3Error, statusOf } from "./s3-errors.ts";
import { sendInParts } from "./s3-parts.ts";
import { noticed, unlessSilent } from "./silence.ts";
import {
  type Content,
  checkFolder,
  checkName,
  DamagedObjectError,
  type ListedObject,
  type ListOptions,
  MissingObjectError,
  type ObjectFacts,
  type ObjectStore,
  placeOf,
  shortHash,
} from "./store.ts";

export interface S3Options {
  readonly environment?: Environment | undefined;
  readonly retries?: RetryOptions | undefined;
  /** Contents above so many bytes go in parts of so many. Services ask for 5 MiB at least. */
  readonly partBytes?: number | undefined;
  /** Objects in one reply of a list; default and most 1000. */
  readonly pageObjects?: number | undefined;
  /** Longest wait for a reply, and for more of it, in milliseconds. */
  readonly replyMs?: number | undefined;
}

const PART_BYTES = 8 * 2 ** 20;
const PAGE_OBJECTS = 1000;
/** For a part of 8 MiB that is sent that is 140 kB/s. */
const REPLY_MS = 60_000;

/** Metadata of an object: as they stand after `x-amz-meta-`. */
const SUM = "isrf-sha256";
const WRITING = "isrf-writing";

/**
 * @throws UsageError for an address that is none; OperationError without the SDK, credentials, a region, or a bucket
 *   that can be listed.
 */
export async function openS3Store(address: string, options: S3Options = {}): Promise<ObjectStore> {
  const { environment = process.env } = options;
  const place = s3Place(address, environment);
  const sdk = await loadSdk();
  const store = new S3Store(sdk, makeClient(sdk, place, environment), place, options);
  try {
    await store.tryIt();
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

class S3Store implements ObjectStore {
  readonly address: string;
  private readonly pageObjects: number;
  private readonly partBytes: number;
  private readonly replyMs: number;
  private readonly retries: RetryOptions | undefined;

  constructor(
    private readonly sdk: Sdk,
    private readonly client: S3Client,
    private readonly place: S3Place & { readonly prefix: string },
    { partBytes = PART_BYTES, replyMs = REPLY_MS, pageObjects = PAGE_OBJECTS, retries }: S3Options,
  ) {
    this.pageObjects = pageObjects;
    this.address = place.address;
    this.partBytes = partBytes;
    this.replyMs = replyMs;
    this.retries = retries;
  }

  /** Whether the bucket is there and may be listed. */
  async tryIt(): Promise<void> {
    const { bucket: Bucket, prefix: Prefix } = this.place;
    // By folders, of which our prefix has few: s3rver fails over a list that it cuts short.
    const request = { Bucket, Prefix, Delimiter: "/", MaxKeys: 1 };
    await this.asking(this.address, (signal) =>
      this.client.send(new this.sdk.ListObjectsV2Command(request), { abortSignal: signal }),
    );
  }

  async put(name: string, content: Content): Promise<ObjectFacts> {
    return this.send(name, content, false);
  }

  async putOnce(name: string, content: Content): Promise<boolean> {
    if ((await this.facts(name)) !== undefined) return false;
    const writing = newMark();
    try {
      await this.send(name, content, true, writing);
      return true;
    } catch (error) {
      if (!isTaken((error as Error).cause)) throw error;
      // A reply that was lost: the name may be taken by us.
      return (await this.head(name))?.Metadata?.[WRITING] === writing;
    }
  }

  async get(name: string): Promise<Uint8Array> {
    return this.verified(name, () =>
      this.asking(placeOf(this.address, name), async (signal, came) => {
        const reply = await this.open(name, signal);
        const pieces: Uint8Array[] = [];
        for await (const piece of noticed(bodyOf(reply, signal), came)) pieces.push(piece);
        const bytes = Buffer.concat(pieces);
        return { bytes, found: sha256(bytes), expected: reply.Metadata?.[SUM] };
      }),
    ).then(({ bytes }) => bytes);
  }

  async fetch(name: string, path: string): Promise<ObjectFacts> {
    await namingPlace(path, () => mkdir(dirname(path), { recursive: true }));
    const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.partial`);
    try {
      const { bytes, found } = await namingPlace(path, async () => {
        const fetched = await this.verified(name, () => this.fetchInto(name, partial));
        await rename(partial, path);
        return fetched;
      });
      return { name, bytes, sha256: found };
    } finally {
      await rm(partial, { force: true });
    }
  }

  async facts(name: string): Promise<ObjectFacts | undefined> {
    const reply = await this.head(name);
    const sum = reply?.Metadata?.[SUM];
    // What another program put there may be anything.
    return reply && sum !== undefined ? { name, bytes: reply.ContentLength ?? 0, sha256: sum } : undefined;
  }

  async *list(folder: string, { after }: ListOptions = {}): AsyncIterable<ListedObject> {
    checkFolder(folder);
    const { bucket: Bucket, prefix } = this.place;
    const Prefix = `${prefix}${folder}`;
    const StartAfter = after === undefined ? undefined : `${prefix}${after}`;
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket, Prefix, StartAfter, ContinuationToken, MaxKeys: this.pageObjects };
      const page = await this.asking(this.address, (signal) =>
        this.client.send(new this.sdk.ListObjectsV2Command(input), { abortSignal: signal }),
      );
      for (const { Key = "", Size = 0 } of page.Contents ?? []) yield { name: Key.slice(prefix.length), bytes: Size };
      ContinuationToken = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  async remove(name: string): Promise<void> {
    await this.asking(placeOf(this.address, name), (signal) =>
      this.client.send(new this.sdk.DeleteObjectCommand(this.at(name)), { abortSignal: signal }),
    );
  }

  close(): void {
    this.client.destroy();
  }

  private async send(name: string, content: Content, isOnce: boolean, writing = newMark()): Promise<ObjectFacts> {
    const { bytes, sha256: sum } = await contentFacts(content);
    const head = {
      ...this.at(name),
      Metadata: { [SUM]: sum, [WRITING]: writing },
      IfNoneMatch: isOnce ? "*" : undefined,
    };
    const where = placeOf(this.address, name);
    const ask = <T>(work: (signal: AbortSignal) => Promise<T>) => this.asking(where, work);
    // The reply to a first try may have been lost.
    const isThere = async () => (await this.head(name))?.Metadata?.[WRITING] === writing;
    if (bytes > this.partBytes) {
      const { client, sdk, partBytes } = this;
      await sendInParts({ client, sdk, head, content, bytes, sha256: sum, partBytes, ask, isThere });
      return { name, bytes, sha256: sum };
    }
    const body = await pieceOf(content, 0, bytes);
    const input = { ...head, Body: body, ChecksumSHA256: Buffer.from(sum, "hex").toString("base64") };
    await ask((signal) => this.client.send(new this.sdk.PutObjectCommand(input), { abortSignal: signal }));
    return { name, bytes, sha256: sum };
  }

  private async head(name: string): Promise<HeadObjectCommandOutput | undefined> {
    return this.asking(placeOf(this.address, name), (signal) =>
      this.client
        .send(new this.sdk.HeadObjectCommand(this.at(name)), { abortSignal: signal })
        .catch((error: unknown) => {
          if (isMissing(error)) return undefined;
          throw error;
        }),
    );
  }

  private async open(name: string, abortSignal: AbortSignal, more = {}): Promise<GetObjectCommandOutput> {
    return this.client
      .send(new this.sdk.GetObjectCommand({ ...this.at(name), ...more }), { abortSignal })
      .catch((error: unknown) => {
        if (isMissing(error)) throw new MissingObjectError(this.address, name);
        throw error;
      });
  }

  /**
   * Into a file, going on where a broken connection left it while the object is the same: as often as that brings it
   * farther.
   */
  private async fetchInto(name: string, partial: string) {
    await rm(partial, { force: true });
    let begun: { readonly tag: string | undefined; readonly expected: string | undefined } | undefined;
    let here = 0;
    let farthest = 0;
    const judge: Judge = (error) => {
      if (!isPassing(error)) return undefined;
      const isFarther = here > farthest;
      farthest = Math.max(farthest, here);
      return isFarther ? "anew" : "again";
    };
    const read = async (signal: AbortSignal, came: () => void) => {
      const start = begun === undefined ? 0 : ((await sizeOf(partial)) ?? 0);
      const rest = start > 0 && begun?.tag !== undefined ? { Range: `bytes=${start}-`, IfMatch: begun.tag } : {};
      const reply = await this.open(name, signal, rest).catch((error: unknown) => {
        // Another object by now, or nothing is left of this one: from the start.
        const isOver = begun !== undefined && (statusOf(error) === 412 || statusOf(error) === 416);
        begun = isOver ? undefined : begun;
        throw isOver ? new Error("the object was replaced while it was read", { cause: error }) : error;
      });
      begun = { tag: reply.ETag, expected: reply.Metadata?.[SUM] };
      const isRest = statusOf(reply) === 206;
      here = isRest ? start : 0;
      const pieces = noticed(bodyOf(reply, signal), (bytes) => {
        here += bytes;
        came();
      });
      await pipeline(pieces, createWriteStream(partial, { flags: isRest ? "a" : "w" }), { signal });
    };
    await this.asking(placeOf(this.address, name), read, judge);
    return { bytes: (await sizeOf(partial)) ?? 0, found: await sha256File(partial), expected: begun?.expected };
  }

  /** Read twice before it is called damaged: the way here may have been the trouble. @throws DamagedObjectError */
  private async verified<T extends { readonly found: string; readonly expected: string | undefined }>(
    name: string,
    read: () => Promise<T>,
  ): Promise<T> {
    const first = await read();
    if (first.found === first.expected) return first;
    const second = await read();
    if (second.found === second.expected) return second;
    throw new DamagedObjectError(this.address, name, {
      found: `content with SHA-256 ${shortHash(second.found)}`,
      expected:
        second.expected === undefined
          ? "an object that a store has put"
          : `what was put (${shortHash(second.expected)})`,
    });
  }

  private async asking<T>(
    where: string,
    work: (signal: AbortSignal, came: () => void) => Promise<T>,
    judge: Judge = (error) => (isPassing(error) ? "again" : undefined),
  ): Promise<T> {
    try {
      return await withRetries(() => unlessSilent(this.replyMs, work), judge, this.retries);
    } catch (error) {
      throw s3Error(error, this.place, where);
    }
  }

  private at(name: string): { readonly Bucket: string; readonly Key: string } {
    checkName(name);
    return { Bucket: this.place.bucket, Key: `${this.place.prefix}${name}` };
  }
}

/** In Node a stream. It ends with an error when `signal` fires. */
function bodyOf({ Body }: GetObjectCommandOutput, signal: AbortSignal): Readable {
  return addAbortSignal(signal, Body as Readable);
}

function newMark(): string {
  return randomBytes(12).toString("hex");
}

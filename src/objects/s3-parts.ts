// A large content in parts, several at once. It comes under its name when all are there; a failure takes them back.
import { createHash } from "node:crypto";
import type { CompletedPart, S3Client } from "@aws-sdk/client-s3";
import { changedFile, pieceOf } from "./content.ts";
import { inLanes } from "./lanes.ts";
import type { Sdk } from "./s3-client.ts";
import type { Content } from "./store.ts";

const AT_ONCE = 4;
/** Parts that stay are the lifecycle rule's: nobody waits long for a service that just failed. */
const ABORT_MS = 10_000;
/** What services take. */
const MOST_PARTS = 10_000;

export interface Sending {
  readonly client: S3Client;
  readonly sdk: Sdk;
  /** Where to, with its metadata. */
  readonly head: {
    readonly Bucket: string;
    readonly Key: string;
    readonly Metadata: Record<string, string>;
    readonly IfNoneMatch?: string | undefined;
  };
  readonly content: Content;
  readonly bytes: number;
  readonly sha256: string;
  readonly partBytes: number;
  readonly ask: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Whether the name holds what this very sending put. */
  readonly isThere: () => Promise<boolean>;
}

/** @throws OperationError where the service refuses, or the file is changed meanwhile. */
export async function sendInParts(sending: Sending): Promise<void> {
  const { client, sdk, head, ask } = sending;
  const { Bucket, Key, Metadata, IfNoneMatch } = head;
  const begun = await ask((abortSignal) =>
    client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key, Metadata }), { abortSignal }),
  );
  const upload = { Bucket, Key, UploadId: begun.UploadId! };
  try {
    const MultipartUpload = { Parts: await sendParts(sending, upload) };
    const input = { ...upload, MultipartUpload, IfNoneMatch };
    let tries = 0;
    await ask(async (abortSignal) => {
      tries++;
      await client
        .send(new sdk.CompleteMultipartUploadCommand(input), { abortSignal })
        .catch(async (error: unknown) => {
          // The upload is gone where an earlier try went through and its reply was lost.
          if (tries > 1 && (await sending.isThere())) return;
          throw error;
        });
    });
  } catch (error) {
    const abortSignal = AbortSignal.timeout(ABORT_MS);
    await client.send(new sdk.AbortMultipartUploadCommand(upload), { abortSignal }).catch(() => {});
    throw error;
  }
}

async function sendParts(
  { client, sdk, content, bytes, sha256, partBytes, ask }: Sending,
  upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string },
): Promise<CompletedPart[]> {
  const size = Math.max(partBytes, Math.ceil(bytes / MOST_PARTS));
  const count = Math.ceil(bytes / size);
  const parts = new Array<CompletedPart>(count);
  const hash = createHash("sha256");
  let reading = Promise.resolve();
  /** In order, so that the hash is that of the whole. */
  const read = (index: number): Promise<Uint8Array> => {
    const piece = reading.then(async () => {
      const part = await pieceOf(content, index * size, Math.min(bytes, (index + 1) * size));
      hash.update(part);
      return part;
    });
    reading = piece.then(
      () => {},
      () => {},
    );
    return piece;
  };
  await inLanes(count, AT_ONCE, async (index) => {
    const Body = await read(index);
    const input = { ...upload, PartNumber: index + 1, Body };
    const { ETag } = await ask((abortSignal) => client.send(new sdk.UploadPartCommand(input), { abortSignal }));
    parts[index] = { PartNumber: index + 1, ETag };
  });
  if (!(content instanceof Uint8Array) && hash.digest("hex") !== sha256) throw changedFile(content.file);
  return parts;
}

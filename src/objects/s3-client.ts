// The AWS SDK, loaded on use; where the service is, and who asks.
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { OperationError, UsageError } from "../base/errors.ts";
import { permitted } from "../base/permitted.ts";
import type { S3Place } from "./s3-errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
type Credentials = Exclude<S3ClientConfig["credentials"], undefined | (() => unknown)>;
export type Sdk = typeof import("@aws-sdk/client-s3");

/** @throws OperationError without the package. */
export async function loadSdk(): Promise<Sdk> {
  return import("@aws-sdk/client-s3").catch((cause: unknown) => {
    throw new OperationError("s3:// needs the optional package @aws-sdk/client-s3: npm install @aws-sdk/client-s3.", {
      cause,
    });
  });
}

/** `s3://bucket/prefix` and where that is. @throws UsageError for an address that is none. */
export function s3Place(address: string, environment: Environment): S3Place & { readonly prefix: string } {
  const parts = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/+(.*))?$/.exec(address);
  if (parts === null)
    throw new UsageError(
      `${address}: expected s3://BUCKET/PREFIX, with a bucket of 3 to 63 small letters, digits, "." and "-".`,
    );
  const [, bucket = "", rest = ""] = parts;
  const endpoint = environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL || undefined;
  if (endpoint !== undefined && !URL.canParse(endpoint))
    throw new UsageError(`AWS_ENDPOINT_URL_S3=${endpoint}: expected an address such as http://127.0.0.1:9000.`);
  permitted(new URL(endpoint ?? "https://s3.amazonaws.com"), environment);
  // Servers of one's own have no regions, and want one named all the same.
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || (endpoint && "us-east-1");
  const prefix = rest === "" || rest.endsWith("/") ? rest : `${rest}/`;
  return { address, bucket, prefix, endpoint, region };
}

/**
 * A client that asks once: trying again is ours, since replies are read and checked here as well. Bodies are bytes in
 * memory, whose SHA-256 is signed, so that a service refuses what arrives otherwise; checksums of the SDK's own, which
 * not every service takes, are left out.
 */
export function makeClient({ S3Client }: Sdk, { endpoint, region }: S3Place, environment: Environment): S3Client {
  const config: S3ClientConfig = {
    // With the bucket in the path: servers of one's own cannot tell it by the host's name.
    forcePathStyle: endpoint !== undefined,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  };
  if (region !== undefined) config.region = region;
  if (endpoint !== undefined) config.endpoint = endpoint;
  const keys = environment === process.env ? undefined : keysIn(environment);
  if (keys !== undefined) config.credentials = keys;
  return withoutNodeWarning(() => new S3Client(config));
}

/** Undefined: the SDK looks where it always does. */
function keysIn(environment: Environment): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const keys = { accessKeyId, secretAccessKey };
  return AWS_SESSION_TOKEN === undefined ? keys : { ...keys, sessionToken: AWS_SESSION_TOKEN };
}

/** The SDK tells users of Node 20 on stderr that its own later versions will not run there. */
function withoutNodeWarning<T>(make: () => T): T {
  const name = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";
  const before = process.env[name];
  process.env[name] = "true";
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  }
}

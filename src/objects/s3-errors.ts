// What an object service refuses, in words that say what to do; and which troubles pass by themselves.
import { OperationError, UsageError } from "../base/errors.ts";

/** As the SDK throws them: of services, of the network, and its own. */
interface ServiceError extends Error {
  readonly code?: unknown;
  readonly Code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

export function statusOf(error: unknown): number | undefined {
  return (error as ServiceError).$metadata?.httpStatusCode;
}

/** Such as "NoSuchBucket", or what the network says ("ECONNREFUSED"). */
export function codeOf(error: unknown): string {
  const { Code, code, name } = error as ServiceError;
  if (typeof Code === "string") return Code;
  return typeof code === "string" ? code : name;
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === "NoSuchKey" || (statusOf(error) === 404 && codeOf(error) !== "NoSuchBucket");
}

/** The name was taken (412), or is being taken at this moment (409). */
export function isTaken(error: unknown): boolean {
  return statusOf(error) === 412 || codeOf(error) === "PreconditionFailed";
}

const PASSING: ReadonlySet<string> = new Set([
  "BadDigest",
  "ConditionalRequestConflict",
  "InternalError",
  "OperationAborted",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "ServiceUnavailable",
  "SlowDown",
  "ThrottlingException",
  "TimeoutError",
  "XAmzContentSHA256Mismatch",
]);

/** Without a status the request or its reply was lost on the way, unless it never left this machine. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (PASSING.has(codeOf(error))) return true;
  if (status !== undefined) return status >= 500 || status === 429;
  return error instanceof Error && !isOwn(error);
}

/** Of this machine's disk or settings, or of ours: no network is to blame. */
function isOwn(error: Error): boolean {
  const isOurs = error instanceof OperationError || error instanceof UsageError;
  return isOurs || isOfDisk(error) || SETTINGS.test(`${error.name} ${error.message}`);
}

const SETTINGS = /ProviderError|Region is missing|Invalid URL|Could not load credentials/;
const OF_DISK = new Set([
  "ENOSPC",
  "EDQUOT",
  "EROFS",
  "EACCES",
  "EPERM",
  "EIO",
  "EFBIG",
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
]);

function isOfDisk(error: unknown): boolean {
  return statusOf(error) === undefined && OF_DISK.has(codeOf(error));
}

export interface S3Place {
  /** `s3://bucket/prefix` */
  readonly address: string;
  readonly bucket: string;
  /** Of the service, where it is not Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** What to throw for what went wrong with `where`, an object or the whole store. Errors of this machine stay. */
export function s3Error(cause: unknown, place: S3Place, where = place.address): Error {
  if (cause instanceof OperationError || cause instanceof UsageError || isOfDisk(cause)) return cause as Error;
  const words = (KNOWN[codeOf(cause)] ?? byWords(cause as Error) ?? unknown)(place, cause as ServiceError);
  return new OperationError(`${where}: ${words}`, { cause });
}

type Words = (place: S3Place, error: ServiceError) => string;

const CREDENTIALS: Words = () =>
  "no credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role gives them.";
const REGION: Words = () => "the region is unknown. Set AWS_REGION to that of the bucket, such as eu-central-1.";
const REFUSED: Words = (place) =>
  `nobody answers at ${serviceOf(place)}. Start the server, or correct AWS_ENDPOINT_URL_S3.`;
const WRONG_REGION: Words = ({ bucket, region }, { $response }) => {
  const right = $response?.headers?.["x-amz-bucket-region"];
  const todo = right === undefined ? "Set AWS_REGION to that of the bucket." : `Set AWS_REGION=${right}.`;
  return `the bucket ${bucket} is not in the region ${region ?? "of these settings"}. ${todo}`;
};
const SILENT: Words = (place) =>
  `${serviceOf(place)} does not answer in time. Run the same command again; what was put stays.`;
const WRONG_KEY: Words = (place) =>
  `${serviceOf(place)} knows no such access key. Check AWS_ACCESS_KEY_ID, and that it belongs to this service.`;
const WRONG_SECRET: Words = (place) =>
  `${serviceOf(place)} refuses the signature. Check AWS_SECRET_ACCESS_KEY, AWS_REGION and this machine's clock.`;
const EXPIRED: Words = () => "the credentials have expired. Get new ones, then run the same command again.";

const KNOWN: Readonly<Record<string, Words>> = {
  NoSuchBucket: (place) =>
    `${serviceOf(place)} has no bucket ${place.bucket}. Make it there (aws s3 mb s3://${place.bucket}), or correct the name.`,
  PermanentRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  CredentialsProviderError: CREDENTIALS,
  InvalidAccessKeyId: WRONG_KEY,
  SignatureDoesNotMatch: WRONG_SECRET,
  RequestTimeTooSkewed: () => "this machine's clock is more than 15 minutes off. Set it right.",
  ExpiredToken: EXPIRED,
  TokenRefreshRequired: EXPIRED,
  AccessDenied: ({ bucket }) =>
    `access is denied. The credentials need s3:ListBucket on ${bucket} and s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on what is in it.`,
  AbortError: SILENT,
  TimeoutError: SILENT,
  ECONNREFUSED: REFUSED,
  ENOTFOUND: REFUSED,
  EAI_AGAIN: REFUSED,
};

function byWords({ message }: Error): Words | undefined {
  if (/Region is missing/.test(message)) return REGION;
  if (/Could not load credentials/.test(message)) return CREDENTIALS;
  return undefined;
}

const unknown: Words = (place, error) => {
  const status = statusOf(error);
  const said = status === undefined ? codeOf(error) : `${status} ${codeOf(error)}`;
  return `${serviceOf(place)} failed (${said}: ${error.message}). Run the same command again; what was put stays.`;
};

function serviceOf({ endpoint }: S3Place): string {
  return endpoint === undefined ? "Amazon S3" : new URL(endpoint).host;
}

// Objects of S3 as files: found by patterns, fetched, or, where they are Parquet and DuckDB's extension is at hand,
// read where they lie.
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { OperationError } from "../../../base/errors.ts";
import { type Report, silent } from "../../../base/progress.ts";
import type { Scratch } from "../../../base/scratch.ts";
import { contentMark, type S3Access, type S3FileFacts, S3Files, s3Key } from "../../../objects/index.ts";
import { execute, identifier, literal, serverTable } from "../../duckdb.ts";
import { isParquet } from "../file-kind.ts";
import { inNameOrder, isMatch, isPattern } from "../name-pattern.ts";
import { openParquet } from "../parquet-table.ts";
import type { OpenOptions, TableSource } from "../table-source.ts";
import { isAtHand, loadExtension } from "./extensions.ts";

export interface FetchOptions {
  readonly scratch: Scratch;
  readonly signal?: AbortSignal | undefined;
  readonly report?: Report | undefined;
  /** Folder of DuckDB's extensions. */
  readonly extensions?: string | undefined;
}

/** Addresses of the objects that match, in the order in which files are. @throws as `S3Files.inside` */
export async function matchingObjects(files: S3Files, pattern: string): Promise<string[]> {
  const { name, key } = s3Key(pattern);
  const parts = key.split("/");
  let folders = [""];
  for (const [at, part] of parts.entries()) {
    const isLast = at === parts.length - 1;
    const next = folders.map(async (folder) => {
      if (!isPattern(part) && !isLast) return [`${folder}${part}/`];
      const start = /^[^*?[]*/.exec(part)![0];
      const keys = await files.inside(`s3://${name}/${folder}${start}`);
      const named = keys.filter((each) => each.endsWith("/") !== isLast);
      return named.filter((each) => isMatch(part, each.slice(folder.length).replace(/\/$/, "")));
    });
    folders = (await Promise.all(next)).flat();
  }
  return inNameOrder(folders).map((found) => `s3://${name}/${found}`);
}

/** Each object that `word` names, or fits where it is a pattern, with the service's word for its content. */
export async function objectMarks(
  word: string,
  isGlob: boolean,
): Promise<(readonly [address: string, mark: string])[]> {
  const files = new S3Files();
  try {
    const addresses = isGlob && isPattern(word) ? await matchingObjects(files, word) : [word];
    const facts = await Promise.all(addresses.map((address) => files.facts(address)));
    return facts.map((each) => [each.address, contentMark(each)] as const);
  } finally {
    await files.close();
  }
}

/** As this program writes it. @throws UsageError for one that carries credentials */
export function objectAddress(address: string): string {
  const { name, key } = s3Key(address);
  return `s3://${name}/${key}`;
}

/**
 * Where to read an object: the path of a copy, or its own address.
 * @throws UsageError for an object that is not there; OperationError where the service refuses, or it is replaced
 */
export async function objectPath(files: S3Files, address: string, options: FetchOptions): Promise<string> {
  const facts = await files.facts(objectAddress(address));
  const isTable = isParquet(Buffer.from(facts.head).toString("latin1"));
  if (isTable && (await isAtHand("httpfs", options.extensions))) return facts.address;
  return fetchObject(files, facts, options);
}

const MB = 1e6;
/** Less is here before anybody looks. */
const TOLD_BYTES = 20 * MB;

async function fetchObject(files: S3Files, facts: S3FileFacts, { scratch, report = silent }: FetchOptions) {
  const path = await scratch.path(basename(s3Key(facts.address).key));
  const stage = `fetch ${facts.address}`;
  const total = Math.round(facts.bytes / MB);
  await files.fetch(facts, path, (bytes) => {
    if (facts.bytes < TOLD_BYTES) return;
    report({ kind: "step", stage, done: Math.round(bytes / MB), total, unit: "MB", isPart: true });
  });
  return path;
}

/**
 * A Parquet object, read by DuckDB where it lies.
 * @throws InputError for what is no Parquet; OperationError where the service refuses, or it is replaced meanwhile
 */
export async function openParquetObject(
  database: DuckDBConnection,
  address: string,
  { dialect, signal }: OpenOptions,
): Promise<TableSource> {
  const files = new S3Files({ signal });
  const facts = await files.facts(address);
  const access = await files.access(address);
  await loadExtension(database, "httpfs", address, dialect?.extensions);
  await letIn(database, access);
  const source = await openParquet(database, address, signal, serverTable);
  const read: TableSource["read"] = async (query) => {
    const [end] = await Promise.allSettled([source.read(query)]);
    await files.stillIs(facts);
    if (end.status === "rejected") throw end.reason;
    return end.value;
  };
  return { ...source, read, files: [] };
}

/** Tell DuckDB who asks, in memory alone. */
async function letIn(database: DuckDBConnection, access: S3Access): Promise<void> {
  const { bucket, endpoint, region, accessKeyId, secretAccessKey, sessionToken } = access;
  const service = endpoint === undefined ? undefined : new URL(endpoint);
  const settings: Readonly<Record<string, string | undefined>> = {
    KEY_ID: accessKeyId,
    SECRET: secretAccessKey,
    SESSION_TOKEN: sessionToken,
    REGION: region,
    ENDPOINT: service && `${service.host}${service.pathname.replace(/\/$/, "")}`,
    URL_STYLE: service && "path",
    USE_SSL: service && String(service.protocol === "https:"),
    SCOPE: `s3://${bucket}/`,
  };
  const told = Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${literal(value)}`],
  );
  const secret = identifier(`isrf ${bucket}`);
  await execute(database, `CREATE OR REPLACE SECRET ${secret} (TYPE s3, ${told.join(", ")})`).catch(() => {
    // The cause quotes the credentials.
    throw new OperationError(`s3://${bucket}: DuckDB does not take these credentials. Remove its extension httpfs.`);
  });
}

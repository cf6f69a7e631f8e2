// Vectors from a server over HTTP: batches, patience with a busy or failing server, and strict reading of its replies.
import { CancelledError, InputError, OperationError } from "../../base/errors.ts";
import { type Matrix, matrix, normaliseRows, stacked } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { Random } from "../../base/random.ts";
import { backoffMs, ownDraws } from "../../servers/backoff.ts";
import { CLOCK, type Clock, REPLY_TIMEOUT_SECONDS } from "../../servers/clock.ts";
import { callJson } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import type { PretrainedEncoder } from "./encoder.ts";

/** A server's wire format. */
export interface EmbeddingEndpoint {
  readonly kind: "ollama" | "openai";
  readonly model: string;
  readonly url: URL;
  /** Sent as a bearer token; never stored or shown. */
  readonly secret?: string | undefined;
  /** Environment variable that holds the key. */
  readonly keyName?: string | undefined;
  /** Columns asked of the server; undefined leaves them to the model. */
  readonly dimensions?: number | undefined;
  readonly batchTexts: number;
  readonly concurrency: number;
  body(texts: readonly string[]): unknown;
  /** One vector per text, in order; undefined when the reply has another form. */
  read(reply: unknown): readonly (readonly number[])[] | undefined;
}

export interface RemoteOptions {
  /** Longest wait for one reply; default 300. */
  readonly timeoutSeconds?: number | undefined;
  /** Failures in a row of one batch that end the work; default 8. */
  readonly tries?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Hears, each once, that nobody answers, and that texts were cut. */
  readonly report?: Report | undefined;
}

const WAITS = { firstMs: 500, longestMs: 60_000 };

/** Troubles that another try may mend. */
const PASSING = new Set(["busy", "server", "connection", "timeout", "garbled"]);
/** Tries where no server has ever answered: a wrong address is none that waiting cures. */
const FIRST_TRIES = 4;
/** How servers say that a text, or all texts of a request, are more than they take; some by a status of their own. */
const TOO_LONG = /status 413|too (?:large|long)|maximum context|context (?:size|length)|exceeds? .*(?:tokens|length)/i;
/** A text that is too long is cut to so much of it, again and again. */
const CUT = 0.75;
const SHORTEST_CHARACTERS = 16;

export function remoteEncoder(endpoint: EmbeddingEndpoint, options: RemoteOptions = {}): PretrainedEncoder {
  const { kind, model, url, dimensions, batchTexts, concurrency } = endpoint;
  const { timeoutSeconds = REPLY_TIMEOUT_SECONDS, tries = 8, clock = CLOCK, report = silent } = options;
  const random = ownDraws(1, `${kind} ${model}`);
  const warned = new Set<string>();
  const warn = (about: string, message: string) => {
    if (!warned.has(about)) report({ kind: "warning", message });
    warned.add(about);
  };
  const server = { hasAnswered: false, mostTexts: batchTexts, warn };
  return {
    kind,
    concurrency,
    // Another server may hold another model under the same name, so the server is part of what decides the vectors.
    options: { model, server: url.origin, dimensions, batchTexts },
    async prepare(texts) {
      const batches = Array.from({ length: Math.ceil(texts.length / batchTexts) }, (_, b) =>
        texts.slice(b * batchTexts, (b + 1) * batchTexts).map((_text, i) => b * batchTexts + i),
      );
      return {
        batches,
        async encode(batch, signal = new AbortController().signal) {
          const members = batches[batch]!.map((i) => texts[i]!);
          const patience = { timeoutSeconds, tries, clock, random, server, signal };
          return (await askInParts(endpoint, members, patience)).vectors;
        },
      };
    },
    async dispose() {},
  };
}

interface Patience {
  readonly timeoutSeconds: number;
  readonly tries: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly server: Server;
  readonly signal: AbortSignal;
}

/** What is known of a server over all batches. */
interface Server {
  hasAnswered: boolean;
  /** Texts of a request that it takes, as far as it has refused more. */
  mostTexts: number;
  warn(about: string, message: string): void;
}

interface Answered {
  readonly vectors: Matrix;
  /** By one request with all texts as they are. */
  readonly isWhole: boolean;
}

/**
 * A batch that takes too long, or that the server refuses, is put by halves, and not refused again where both halves
 * were taken; a text that is too long by itself is cut until it is not. What refuses a single text is no size: it is
 * the error. Where the server has taken nothing yet, one text alone is put first: what is wrong with every request is
 * told after two of them. @throws as `askPatiently`.
 */
async function askInParts(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  patience: Patience,
): Promise<Answered> {
  const { server } = patience;
  if (texts.length > server.mostTexts) return askParts(endpoint, texts, patience, server.mostTexts);
  try {
    return { vectors: await askPatiently(endpoint, texts, patience), isWhole: true };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const isTooLong = TOO_LONG.test(error.message) && error.trouble !== "busy";
    if (texts.length === 1) {
      if (!isTooLong || texts[0]!.length <= SHORTEST_CHARACTERS) throw error;
      server.warn("cut", `Texts that are longer than the server takes are cut. It said: ${error.message}`);
      return { ...(await askInParts(endpoint, [shortened(texts[0]!)], patience)), isWhole: false };
    }
    const isRefused = isTooLong || error.trouble === "rejected";
    if (!isRefused && error.trouble !== "timeout") throw error;
    if (isRefused && !server.hasAnswered) await askInParts(endpoint, [shortest(texts)], patience);
    const half = Math.ceil(texts.length / 2);
    const parts = await askParts(endpoint, texts, patience, half);
    // One text that is too long would have been refused in its half as well.
    if (isRefused && parts.areWhole) server.mostTexts = Math.min(server.mostTexts, half);
    return parts;
  }
}

/** So many texts at a time. */
async function askParts(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  patience: Patience,
  size: number,
): Promise<Answered & { readonly areWhole: boolean }> {
  const parts: Answered[] = [];
  for (let from = 0; from < texts.length; from += size)
    parts.push(await askInParts(endpoint, texts.slice(from, from + size), patience));
  const vectors = parts.map((part) => part.vectors);
  const [{ columns }] = vectors as [Matrix];
  const other = vectors.find((each) => each.columns !== columns);
  if (other !== undefined) throw otherWidth(placeOf(endpoint), columns, other.columns);
  return { vectors: vectors.reduce(stacked), isWhole: false, areWhole: parts.every(({ isWhole }) => isWhole) };
}

/** What is least likely to be refused for its length. */
function shortest(texts: readonly string[]): string {
  return texts.reduce((least, text) => (text.length < least.length ? text : least));
}

/** No half of a character that takes two places stays at the end. */
function shortened(text: string): string {
  return text.slice(0, Math.floor(text.length * CUT)).replace(/[\uD800-\uDBFF]$/, "");
}

/** @throws ProviderError of the last try, or of one that no other try would mend; CancelledError when stopped. */
async function askPatiently(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  { timeoutSeconds, tries, clock, random, server, signal }: Patience,
): Promise<Matrix> {
  for (let failures = 1; ; failures++) {
    try {
      const vectors = await ask(endpoint, texts, timeoutSeconds * 1000, signal);
      server.hasAnswered = true;
      return vectors;
    } catch (error) {
      if (signal.aborted) throw stopped(error);
      if (!(error instanceof ProviderError)) throw error;
      const isTooMuch = TOO_LONG.test(error.message) || (error.trouble === "timeout" && texts.length > 1);
      const isNobody = error.trouble === "connection" && !server.hasAnswered;
      const most = isNobody ? Math.min(tries, FIRST_TRIES) : tries;
      if (!PASSING.has(error.trouble) || (isTooMuch && error.trouble !== "busy") || failures >= most) throw error;
      if (error.trouble === "connection") server.warn("nobody", `${error.message} Trying again.`);
      const wait = error.retryAfterMs || backoffMs(failures - 1, WAITS, random);
      await clock.sleep(wait, signal).catch((cause: unknown) => {
        throw stopped(cause);
      });
    }
  }
}

function stopped(cause: unknown): CancelledError {
  return new CancelledError("stopped while encoding; finished batches are kept, run the same command to go on", {
    cause,
  });
}

async function ask(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Matrix> {
  const { url, secret, keyName, dimensions } = endpoint;
  const reply = await callJson({
    url,
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    body: endpoint.body(texts),
    timeoutMs,
    signal,
    secret,
    keyName,
  });
  const vectors = endpoint.read(reply);
  const where = placeOf(endpoint);
  if (vectors === undefined) throw new ProviderError("garbled", `${where}: the reply holds no list of vectors.`);
  if (vectors.length !== texts.length) {
    throw new ProviderError("garbled", `${where}: ${vectors.length} vectors for ${texts.length} texts.`);
  }
  const found = unitMatrix(where, vectors);
  if (found.columns > (dimensions ?? Number.POSITIVE_INFINITY)) throw tooWide(where, found.columns, dimensions!);
  return found;
}

function placeOf({ url }: EmbeddingEndpoint): string {
  return `${url.origin}${url.pathname}`;
}

function otherWidth(where: string, one: number, other: number): OperationError {
  return new OperationError(`${where}: vectors of ${one} and ${other} numbers in one batch; is it one model?`);
}

/** Many servers pass over what they do not know. */
function tooWide(where: string, found: number, dimensions: number): InputError {
  return new InputError({
    where,
    found: `vectors of ${found} numbers`,
    expected: `${dimensions} at most, as --dimensions asks`,
    todo: "This server or model does not shorten vectors: leave --dimensions out.",
  });
}

function unitMatrix(where: string, vectors: readonly (readonly number[])[]): Matrix {
  const width = vectors[0]?.length ?? 0;
  const out = matrix(vectors.length, width);
  for (const [r, vector] of vectors.entries()) {
    if (vector.length !== width) {
      throw otherWidth(where, width, vector.length);
    }
    out.data.set(vector, r * width);
  }
  if (width === 0 || !out.data.every(Number.isFinite)) {
    throw new InputError({ where, found: "an empty vector, or one that is not finite", expected: "numbers" });
  }
  return normaliseRows(out);
}

// Vectors from a server over HTTP: batches, patience with a busy or failing server, and strict reading of its replies.
import { CancelledError, InputError, OperationError } from "../../base/errors.ts";
import { type Matrix, matrix, normaliseRows } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
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
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;

/** Troubles that another try may mend. */
const PASSING = new Set(["busy", "server", "connection", "timeout", "garbled"]);

export function remoteEncoder(endpoint: EmbeddingEndpoint, options: RemoteOptions = {}): PretrainedEncoder {
  const { kind, model, url, dimensions, batchTexts, concurrency } = endpoint;
  const { timeoutSeconds = REPLY_TIMEOUT_SECONDS, tries = 8, clock = CLOCK } = options;
  const random = Random.of(1, `${kind} ${model}`);
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
        encode: (batch, signal = new AbortController().signal) =>
          askPatiently(
            endpoint,
            batches[batch]!.map((i) => texts[i]!),
            { timeoutSeconds, tries, clock, random, signal },
          ),
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
  readonly signal: AbortSignal;
}

/** @throws ProviderError of the last try, or of one that no other try would mend; CancelledError when stopped. */
async function askPatiently(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  { timeoutSeconds, tries, clock, random, signal }: Patience,
): Promise<Matrix> {
  for (let failures = 1; ; failures++) {
    try {
      return await ask(endpoint, texts, timeoutSeconds * 1000, signal);
    } catch (error) {
      if (signal.aborted) throw stopped(error);
      if (!(error instanceof ProviderError)) throw error;
      if (!PASSING.has(error.trouble) || failures >= tries) throw error;
      const wait = error.retryAfterMs ?? backoffMs(failures, random);
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

/**
 * Half of the exponential step at least, the other half drawn, so that batches that failed together come back apart.
 */
function backoffMs(failures: number, random: Random): number {
  const step = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS);
  return (step / 2) * (1 + random.uniform());
}

async function ask(
  endpoint: EmbeddingEndpoint,
  texts: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Matrix> {
  const { url, secret, keyName } = endpoint;
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
  const where = `${url.origin}${url.pathname}`;
  if (vectors === undefined) throw new ProviderError("garbled", `${where}: the reply holds no list of vectors.`);
  if (vectors.length !== texts.length) {
    throw new ProviderError("garbled", `${where}: ${vectors.length} vectors for ${texts.length} texts.`);
  }
  return unitMatrix(where, vectors);
}

function unitMatrix(where: string, vectors: readonly (readonly number[])[]): Matrix {
  const width = vectors[0]?.length ?? 0;
  const out = matrix(vectors.length, width);
  for (const [r, vector] of vectors.entries()) {
    if (vector.length !== width) {
      throw new OperationError(`${where}: vectors of ${width} and ${vector.length} numbers in one reply.`);
    }
    out.data.set(vector, r * width);
  }
  if (width === 0 || !out.data.every(Number.isFinite)) {
    throw new InputError({ where, found: "an empty vector, or one that is not finite", expected: "numbers" });
  }
  return normaliseRows(out);
}

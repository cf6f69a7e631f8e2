// The calls of OpenAI's batch API: files up, batches made, looked at and listed, results down. One try each; who calls
// decides about another.
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import { OPENAI_KEY_NAME, type OpenAiAccess, openAiCall } from "../../servers/addresses.ts";
import { callForFile, callJson, type JsonCall } from "../../servers/http-json.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { secretsOf } from "../../servers/secrets.ts";
import { CALL_PATH } from "./wave-files.ts";

const count = z.number().int().nonnegative();

const REMOTE_BATCH = z.object({
  id: z.string(),
  status: z.enum([
    "validating",
    "in_progress",
    "finalizing",
    "completed",
    "failed",
    "expired",
    "cancelling",
    "cancelled",
  ]),
  created_at: z.number().nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  errors: z
    .object({ data: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).nullish() })
    .nullish(),
  request_counts: z.object({ total: count, completed: count, failed: count }).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

export type RemoteBatch = z.infer<typeof REMOTE_BATCH>;

const FILE = z.object({ id: z.string() });
const LIST = z.object({ data: z.array(REMOTE_BATCH), has_more: z.boolean().nullish() });

/** Metadata field that holds our mark. */
const MARK = "isrf_wave";
/** What a service promises for the discount; the only window that OpenAI knows. */
const WINDOW = "24h";
const LIST_LENGTH = 100;
/** Files of a hundred megabytes take their time. */
const TRANSFER_MS = 15 * 60_000;
/** A batch is not older than our record of it, clocks being what they are. */
const CLOCK_SLACK_MS = 24 * 3_600_000;

export class BatchApi {
  /** Scheme, host and path of the server: a batch is found again where it was sent. */
  readonly server: string;
  /** Not to be stored, whatever a server says. */
  readonly secrets: readonly string[];

  /** @throws as `openAiCall`. */
  constructor(
    private readonly access: OpenAiAccess,
    private readonly timeoutMs: number,
  ) {
    const { url, secret } = openAiCall(access, "", "--llm openai");
    this.server = `${url.origin}${url.pathname.replace(/\/$/, "")}`;
    this.secrets = secretsOf(url, secret);
  }

  /** Its id at the server. @throws ProviderError, as all of these. */
  async upload(path: string, signal: AbortSignal): Promise<string> {
    const boundary = `----isrf${basename(path).replace(/\W/g, "")}`;
    const head = [
      `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n`,
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${basename(path)}"\r\n`,
      "content-type: application/jsonl\r\n\r\n",
    ].join("");
    const tail = `\r\n--${boundary}--\r\n`;
    const open = () =>
      Readable.from(
        (async function* () {
          yield Buffer.from(head);
          yield* createReadStream(path);
          yield Buffer.from(tail);
        })(),
      );
    const upload = {
      contentType: `multipart/form-data; boundary=${boundary}`,
      bytes: head.length + statSync(path).size + tail.length,
      open,
    };
    return this.read(FILE, await callJson({ ...this.call("files", signal), upload, timeoutMs: TRANSFER_MS })).id;
  }

  async create(fileId: string, mark: string, signal: AbortSignal): Promise<RemoteBatch> {
    const body = {
      input_file_id: fileId,
      endpoint: CALL_PATH,
      completion_window: WINDOW,
      metadata: { [MARK]: mark },
    };
    return this.read(REMOTE_BATCH, await callJson({ ...this.call("batches", signal), body }));
  }

  async get(id: string, signal: AbortSignal): Promise<RemoteBatch> {
    return this.read(REMOTE_BATCH, await callJson(this.call(`batches/${encodeURIComponent(id)}`, signal)));
  }

  /** The batch of a mark that was made since `since`, whether we heard of it or not. */
  async find(mark: string, since: Date, signal: AbortSignal): Promise<RemoteBatch | undefined> {
    let after: string | undefined;
    for (;;) {
      const call = this.call("batches", signal);
      call.url.searchParams.set("limit", `${LIST_LENGTH}`);
      if (after !== undefined) call.url.searchParams.set("after", after);
      const { data, has_more } = this.read(LIST, await callJson(call));
      const found = data.find(({ metadata }) => metadata?.[MARK] === mark);
      const last = data.at(-1);
      if (found !== undefined || last === undefined || has_more !== true) return found;
      const isOlder = (last.created_at ?? Number.POSITIVE_INFINITY) * 1000 < since.getTime() - CLOCK_SLACK_MS;
      if (isOlder || last.id === after) return undefined;
      after = last.id;
    }
  }

  async download(fileId: string, path: string, signal: AbortSignal): Promise<void> {
    const call = this.call(`files/${encodeURIComponent(fileId)}/content`, signal);
    await callForFile({ ...call, timeoutMs: TRANSFER_MS }, path);
  }

  private call(path: string, signal: AbortSignal): JsonCall {
    const { url, secret } = openAiCall(this.access, path, "--llm openai");
    const headers: Record<string, string> = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    return { url, headers, timeoutMs: this.timeoutMs, signal, secret, keyName: OPENAI_KEY_NAME };
  }

  private read<T>(schema: z.ZodType<T>, reply: unknown): T {
    const parsed = schema.safeParse(reply);
    if (parsed.success) return parsed.data;
    const message = `${this.server}: the reply is none of the batch API: ${z.prettifyError(parsed.error)}`;
    throw new ProviderError("garbled", message);
  }
}

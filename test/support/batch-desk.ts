// The part of a language-model server that takes files and batches, as OpenAI's API does: validating, in progress,
// finalizing, and then completed, expired, failed or cancelled. What a batch does is scripted.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A batch as it goes. */
export interface BatchBehaviour {
  /** Looks for which it is under way; default 1. */
  readonly looks?: number;
  readonly end?: "completed" | "expired" | "failed" | "cancelled";
  /** Requests that are answered before it ends, of the first ones; default all. */
  readonly answered?: number;
  /** What stands in `errors` of one that failed. */
  readonly message?: string;
  /** Lines put behind those of the output. */
  readonly moreLines?: readonly string[];
  /** Every line stands there twice. */
  readonly isTwice?: boolean;
}

/** How a request to make a batch ends: it is made, and nobody hears of it, now or ever; or it is refused. */
export type Making = "made" | "dropped" | "held" | { readonly status: number; readonly message: string };

type Outcome = (
  body: Readonly<Record<string, unknown>>,
  headers: IncomingMessage["headers"],
) => { readonly status: number; readonly body: unknown } | undefined;

interface BatchLine {
  readonly custom_id: string;
  readonly method: string;
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface DeskBatch {
  readonly id: string;
  readonly lines: readonly BatchLine[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly behaviour: BatchBehaviour;
  readonly createdAt: number;
  looks: number;
  output: string | undefined;
  errors: string | undefined;
}

export class BatchDesk {
  readonly files = new Map<string, string>();
  readonly batches: DeskBatch[] = [];
  /** Paths that were asked for, with their method, in order. */
  readonly calls: string[] = [];
  /** What the next batch does. */
  script: (batch: { readonly number: number; readonly size: number }) => BatchBehaviour = () => ({});
  making: (number: number) => Making = () => "made";
  /** Answers nothing about a path from now on. */
  holds: (call: string) => boolean = () => false;

  constructor(private readonly outcome: Outcome) {}

  /** Every custom id that was ever sent, as often as it was. */
  get sent(): readonly string[] {
    return this.batches.flatMap(({ lines }) => lines.map(({ custom_id }) => custom_id));
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? "", "http://localhost");
    const [, area, id, part] = /^\/v1\/(files|batches)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    if (area === undefined) return false;
    const call = `${request.method} ${url.pathname}`;
    this.calls.push(call);
    const parts: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) parts.push(piece);
    if (this.holds(call)) return true;
    const body = Buffer.concat(parts).toString();
    if (area === "files" && part === "content") response.end(this.files.get(id!));
    else if (area === "files") send(response, { id: this.keep(contentOf(body)), object: "file" });
    else if (request.method === "POST") this.make(JSON.parse(body), response);
    else if (id === undefined) send(response, this.list(url.searchParams));
    else this.tell(id, request.headers, response);
    return true;
  }

  /** Knows no batch any more. */
  forget(): void {
    this.batches.length = 0;
  }

  private tell(id: string, headers: IncomingMessage["headers"], response: ServerResponse): void {
    const batch = this.batches.find((each) => each.id === id);
    if (batch === undefined) response.writeHead(404).end(JSON.stringify({ error: { message: "No such batch." } }));
    else send(response, this.look(batch, headers));
  }

  private keep(content: string): string {
    const id = `file-${randomUUID()}`;
    this.files.set(id, content);
    return id;
  }

  private make(
    { input_file_id, metadata }: { input_file_id: string; metadata: Record<string, string> },
    response: ServerResponse,
  ): void {
    const number = this.batches.length + 1;
    const making = this.making(this.calls.filter((call) => call === "POST /v1/batches").length);
    if (typeof making === "object") {
      response.writeHead(making.status).end(JSON.stringify({ error: { message: making.message } }));
      return;
    }
    const lines = this.files
      .get(input_file_id)!
      .split("\n")
      .filter(Boolean)
      .map((line): BatchLine => JSON.parse(line));
    const behaviour = this.script({ number, size: lines.length });
    const batch = { id: `batch_${number}`, lines, metadata, behaviour, looks: 0, output: undefined, errors: undefined };
    this.batches.push({ ...batch, createdAt: Math.floor(Date.now() / 1000) });
    if (making === "dropped") response.destroy();
    else if (making === "made") send(response, this.shown(this.batches.at(-1)!, "validating"));
  }

  private list(search: URLSearchParams) {
    const newest = [...this.batches].reverse();
    const after = newest.findIndex(({ id }) => id === search.get("after")) + 1;
    const page = newest.slice(after, after + 2);
    return {
      object: "list",
      data: page.map((batch) => this.shown(batch, "in_progress")),
      has_more: after + 2 < newest.length,
    };
  }

  private look(batch: DeskBatch, headers: IncomingMessage["headers"]) {
    const { looks = 1, end = "completed" } = batch.behaviour;
    if (batch.looks++ < looks) return this.shown(batch, batch.looks === 1 ? "validating" : "in_progress");
    if (batch.output === undefined && end !== "failed") this.finish(batch, headers);
    return this.shown(batch, end);
  }

  private finish(batch: DeskBatch, headers: IncomingMessage["headers"]): void {
    const { lines, behaviour } = batch;
    const { answered = lines.length, moreLines = [], isTwice = false } = behaviour;
    const outputs: string[] = [];
    const errors: string[] = [];
    for (const [number, { custom_id, body }] of lines.entries()) {
      const outcome = number < answered ? this.outcome(body, headers) : undefined;
      if (outcome === undefined) errors.push(JSON.stringify({ id: "r", custom_id, response: null, error: EXPIRED }));
      else {
        const response = { status_code: outcome.status, request_id: "q", body: outcome.body };
        const line = JSON.stringify({ id: "r", custom_id, response, error: null });
        (outcome.status === 200 ? outputs : errors).push(line);
      }
    }
    const whole = [...outputs, ...(isTwice ? outputs : []), ...moreLines];
    batch.output = this.keep(whole.map((line) => `${line}\n`).join(""));
    if (errors.length > 0) batch.errors = this.keep(errors.map((line) => `${line}\n`).join(""));
  }

  private shown({ id, lines, metadata, behaviour, createdAt, output, errors }: DeskBatch, status: string) {
    const { end, message } = behaviour;
    const isOver = status === (end ?? "completed");
    const completed = isOver ? (behaviour.answered ?? lines.length) : 0;
    return {
      id,
      object: "batch",
      status,
      created_at: createdAt,
      metadata,
      output_file_id: output ?? null,
      error_file_id: errors ?? null,
      errors: status === "failed" ? { data: [{ code: "invalid", message }] } : null,
      request_counts: { total: lines.length, completed, failed: 0 },
    };
  }
}

const EXPIRED = { code: "batch_expired", message: "This request could not be executed in time." };

/** The file in a form, and nothing of the form. */
function contentOf(form: string): string {
  const start = form.indexOf("\r\n\r\n", form.indexOf('name="file"')) + 4;
  return form.slice(start, form.lastIndexOf("\r\n--"));
}

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

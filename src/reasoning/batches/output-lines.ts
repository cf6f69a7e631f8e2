// What comes back of a file of calls, in the lines of OpenAI's output and error files and of `vllm run-batch`.
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { readLines } from "../../data/index.ts";
import { troubleOfStatus } from "../../servers/http-json.ts";
import { withoutSecrets } from "../../servers/secrets.ts";
import type { Outcome } from "./call-store.ts";

const ERROR = z.object({ code: z.union([z.string(), z.number()]).nullish(), message: z.string().nullish() });

const LINE = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.number().nullish(), body: z.unknown().optional() }).nullish(),
  error: z.unknown().optional(),
});

/** What the server had no time for, or was told to leave. */
const LOST = /batch_expired|batch_cancelled|expired|cancell?ed/;

export interface OutputFile {
  readonly outcomes: readonly (readonly [id: string, Outcome])[];
  /** Lines that are none of an output. */
  readonly garbled: number;
}

/** @param secrets Cut out of whatever a server says. */
export async function readOutput(path: string, secrets: readonly string[] = []): Promise<OutputFile> {
  const outcomes: (readonly [string, Outcome])[] = [];
  let garbled = 0;
  for await (const text of readLines(path)) {
    if (text.trim() === "") continue;
    const line = LINE.safeParse(withoutSecrets(parsed(text), secrets));
    if (line.success) outcomes.push([line.data.custom_id, outcomeOf(line.data)]);
    else garbled++;
  }
  return { outcomes, garbled };
}

/** The same of a file that a person names. @throws InputError where not one line is of an output. */
export async function readNamedOutput(path: string): Promise<OutputFile> {
  const output = await readOutput(path).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError({ where: path, found: cause.code ?? cause.message, expected: "an output file" }, { cause });
  });
  if (output.outcomes.length > 0) return output;
  const expected = "lines with custom_id and response, as `vllm run-batch` and OpenAI's output files have";
  throw new InputError({ where: path, found: output.garbled === 0 ? "nothing" : "other lines", expected });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function outcomeOf({ response, error }: z.infer<typeof LINE>): Outcome {
  const status = response?.status_code ?? 200;
  const isAnswered = response?.body !== undefined && response.body !== null && status < 300 && !error;
  if (isAnswered) return { kind: "answered", reply: response.body };
  const inBody = (response?.body as { error?: unknown } | null | undefined)?.error;
  const said = ERROR.safeParse(innermost(error ?? inBody));
  const { code, message } = said.success ? said.data : {};
  const words = message ?? "no reason given";
  if (LOST.test(`${code ?? ""}`)) return { kind: "failed", trouble: "timeout", message: words, isLost: true };
  const known = response?.status_code ?? (typeof code === "number" ? code : undefined);
  const trouble = known === undefined ? "server" : troubleOfStatus(known);
  return { kind: "failed", trouble, message: known === undefined ? words : `status ${known}, ${words}` };
}

/** vLLM wraps its error once more. */
function innermost(error: unknown): unknown {
  const inner = (error as { error?: unknown } | null | undefined)?.error;
  return typeof inner === "object" && inner !== null ? inner : error;
}

// A request that is refused, and the one place where whatever was thrown becomes a status and a code.
import { z } from "zod";
import { InputError, OperationError, UsageError } from "../base/errors.ts";
import { ERRORS, type ErrorCode, type ErrorReply } from "./contract/index.ts";

export interface RefusalFacts {
  readonly todo?: string | undefined;
  /** The field it is about. */
  readonly at?: string | undefined;
  /** Seconds after which it is worth asking again. */
  readonly retryAfter?: number | undefined;
  /** Methods that the path has. */
  readonly allow?: string | undefined;
}

export class RequestError extends Error {
  override readonly name: string = "RequestError";
  readonly code: ErrorCode;
  readonly facts: RefusalFacts;

  constructor(code: ErrorCode, message: string, facts: RefusalFacts = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/** A client that leaves, or is too slow for what it announced: nobody reads this, and the server is not at fault. */
export function brokenOff(): RequestError {
  return new RequestError("bad_request", "The body ends before it is whole.");
}

export interface Refusal {
  readonly status: number;
  readonly body: ErrorReply;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds, as in the header of that name. */
  readonly retryAfter?: number | undefined;
  /** What went wrong inside, for the server's log alone. */
  readonly fault?: Error | undefined;
}

/** What a caller is told of an error, whatever it is. */
export function refusalOf(thrown: unknown, requestId: string): Refusal {
  const error = asRequestError(thrown);
  const { code, message, facts } = error;
  const { todo, at, retryAfter, allow } = facts;
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (allow !== undefined) headers.allow = allow;
  if (code === "unauthorized") headers["www-authenticate"] = "Bearer";
  const fault = ERRORS[code] >= 500 ? (thrown instanceof Error ? thrown : new Error(String(thrown))) : undefined;
  return { status: ERRORS[code], body: { error: { code, message, todo, at, requestId } }, headers, retryAfter, fault };
}

function asRequestError(thrown: unknown): RequestError {
  if (thrown instanceof RequestError) return thrown;
  // What fits the contract, and this run or model cannot do: it has no such term, task or kind of vectors.
  if (thrown instanceof UsageError) return new RequestError("conflict", thrown.message);
  if (thrown instanceof z.ZodError) return misfit(thrown);
  if (thrown instanceof InputError || thrown instanceof OperationError) {
    return new RequestError("unavailable", "Something that the server needs for this is not there at the moment.", {
      todo: "Ask again in a while; the server's log says what it is.",
      retryAfter: 5,
    });
  }
  return new RequestError("internal", "The server failed at this request.", {
    todo: "The server's log says why, under this requestId.",
  });
}

/** The first thing that does not fit, with its place. @param within Where the checked value stands, if in a list. */
export function misfit(error: z.ZodError, within = ""): RequestError {
  const issue = deepest(error.issues[0]!);
  const at = placeOf(within, issue.path);
  return new RequestError("bad_request", at === "" ? issue.message : `${at}: ${issue.message}`, {
    at: at === "" ? undefined : at,
    todo: "GET /openapi.json says what each operation takes.",
  });
}

/** Of a union the branch that came furthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  const branches = issue.errors.flatMap((branch) => branch.slice(0, 1));
  const best = branches.reduce((a, b) => (b.path.length > a.path.length ? b : a), branches[0]!);
  return deepest({ ...best, path: [...issue.path, ...best.path] });
}

/** `requests[3].count`. */
function placeOf(within: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (place, key) =>
      typeof key === "number" ? `${place}[${key}]` : place === "" ? String(key) : `${place}.${String(key)}`,
    within,
  );
}

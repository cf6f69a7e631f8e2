import { OperationError } from "../base/errors.ts";

/**
 * busy: come later (429, 503); server: it failed (5xx); connection: no or half a reply; timeout: too slow; garbled: not
 * the wire format; rejected: this question cannot be answered (400, 413, 422); refused: no question can (401, 404,
 * an account without money, ...).
 */
export type ProviderTrouble = "busy" | "server" | "connection" | "timeout" | "garbled" | "rejected" | "refused";

/** One call that gave no generation, and what may be done about it. */
export class ProviderError extends OperationError {
  override readonly name: string = "ProviderError";
  readonly trouble: ProviderTrouble;
  /** The server's own wish, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    trouble: ProviderTrouble,
    message: string,
    options: ErrorOptions & { retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.trouble = trouble;
    this.retryAfterMs = options.retryAfterMs;
  }
}

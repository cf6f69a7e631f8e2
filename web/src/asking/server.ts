// The server that handed out this page, through its own typed client. No other host is ever asked.
import { computed } from "@preact/signals";
import {
  type Client,
  createClient,
  type InputOf,
  type OperationName,
  type ReplyOf,
  ServerError,
} from "../../../src/client/index.ts";
import { accessKey } from "./access-key.ts";

export type { InputOf, OperationName, ReplyOf };

export const server = computed<Client>(() => {
  const key = accessKey.value;
  return createClient(key === "" ? {} : { key });
});

/** Why there is no answer, as people are told it. */
export interface Refusal {
  /** 0: the server was not reached. */
  readonly status: number;
  readonly message: string;
  readonly todo: string | undefined;
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof ServerError) return { status: error.status, message: error.message, todo: error.todo };
  return {
    status: 0,
    message: "The server does not answer.",
    todo: "Look whether isrf serve still runs, then load this page again.",
  };
}

/** Puts one question. */
export function call<Name extends OperationName>(
  name: Name,
  input: InputOf<Name>,
  signal?: AbortSignal | undefined,
): Promise<ReplyOf<Name>> {
  // One signature for all operations: the client's own differ in whether the input may be left out.
  const put = server.value[name] as (input: InputOf<Name>, options: { signal?: AbortSignal }) => Promise<ReplyOf<Name>>;
  return put(input, signal === undefined ? {} : { signal });
}

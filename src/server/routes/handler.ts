// What a route's work is given, and what it gives back.
import type { z } from "zod";
import type { OperationName, Operations, ReplyOf } from "../contract/index.ts";

type Parsed<Operation, Key extends string> = Operation extends { readonly [K in Key]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : unknown;

/** What is checked at the door: of a body whose parts are checked one by one, its shell. */
export type Checked<Name extends OperationName> = Parsed<Operations[Name], "path"> &
  Parsed<Operations[Name], "query"> &
  Parsed<Operations[Name], Operations[Name] extends { readonly looseBody: unknown } ? "looseBody" : "body">;

/** A reply that is JSON already, or has another status than 200. */
export class Prepared {
  readonly json: string;
  readonly status: number;

  constructor(json: string, status = 200) {
    this.json = json;
    this.status = status;
  }
}

/** Of the request, beside its input. */
export interface Asking {
  /** Callers are told it; what fails is logged under it. */
  readonly requestId: string;
}

export type Handler<Name extends OperationName> = (
  input: Checked<Name>,
  asking: Asking,
) => Promise<ReplyOf<Name> | Prepared>;

/** Some of the operations. */
export type Handlers<Names extends OperationName> = { readonly [Name in Names]: Handler<Name> };

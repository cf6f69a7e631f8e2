// What a request brings, checked against its operation: parts of the path, the query, the body.
import type { Context } from "hono";
import type { z } from "zod";
import type { Operation } from "../contract/index.ts";
import { brokenOff, misfit, RequestError } from "../request-error.ts";

/** @throws RequestError that names the field. */
export async function inputOf(context: Context, operation: Operation): Promise<Record<string, unknown>> {
  const body = operation.looseBody ?? operation.body;
  return {
    ...checked(operation.path, context.req.param()),
    ...checked(operation.query, queryOf(context)),
    ...(body === undefined ? undefined : checked(body, await jsonOf(context))),
  };
}

function checked(schema: z.ZodType | undefined, value: unknown): Record<string, unknown> {
  if (schema === undefined) return {};
  const result = schema.safeParse(value);
  if (!result.success) throw misfit(result.error);
  return result.data as Record<string, unknown>;
}

/** A name that stands twice is a list, which no query takes. */
function queryOf({ req }: Context): Record<string, unknown> {
  const all = Object.entries(req.queries());
  return Object.fromEntries(all.map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

async function jsonOf({ req }: Context): Promise<unknown> {
  const type = req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    const todo = "Send the header `content-type: application/json`.";
    throw new RequestError("bad_request", `The body is ${type ?? "of no named type"}; expected JSON.`, { todo });
  }
  const text = await req.text().catch(() => {
    throw brokenOff();
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError("bad_request", `The body is no JSON: ${(error as Error).message}.`);
  }
}

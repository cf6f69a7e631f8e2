// The guard at a request's door.
import type { Context } from "hono";
import type { Role } from "../contract/index.ts";
import type { Guard } from "./guard.ts";

/** @throws RequestError as `Guard.admit`. */
export function admit(guard: Guard, { req }: Context, role: Role): void {
  const [authorization, apiKey] = [req.header("authorization"), req.header("x-api-key")];
  guard.admit({ authorization, apiKey, host: req.header("host") }, role);
}

// Settings of the agents' server, with their words and defaults.
import { z } from "zod";
import { placeSettings } from "../runs/settings.ts";

export const agentSettings = z.object({
  http: z
    .boolean()
    .default(false)
    .describe("speak streamable HTTP at /mcp instead of standard input and output, to several clients at once"),
  port: z.number().int().min(0).max(65535).default(8090).describe("with --http: listen here; 0 takes any free one"),
  host: z
    .string()
    .default("127.0.0.1")
    .describe("with --http: listen at this address; any but loopback needs --token-file")
    .meta({ value: "ADDRESS" }),
  clientHost: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("with --http: a name by which clients may call the server, beside localhost and --host")
    .meta({ value: "NAME" }),
  tokenFile: z
    .string()
    .optional()
    .describe("with --http: demand the first line of this file as bearer token")
    .meta({ value: "FILE" }),
  allowEvents: z.boolean().default(false).describe("offer the tool record_event, which writes; all others read"),
  store: z
    .string()
    .default("isrf-store")
    .describe("with --allow-events: keep events here, as isrf serve does, which may use the same at the same time")
    .meta({ value: "DIR|URL" }),
  ...placeSettings.shape,
});

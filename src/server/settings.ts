// Options of `isrf serve`.
import { z } from "zod";
import { placeSettings } from "../runs/settings.ts";
import { HISTORY_KINDS } from "./events/history-kinds.ts";

const count = z.number().int();
const words = z.array(z.string()).readonly().optional();

export const serveSettings = z.object({
  port: count.min(0).max(65535).default(8080).describe("listen on this TCP port; 0 takes a free one, which is said"),
  host: z
    .string()
    .default("127.0.0.1")
    .describe("listen on this address; others than the machine's own need --keys, or --open"),
  store: z
    .string()
    .default("isrf-store")
    .describe("keep events, answers and changed items in this folder (SQLite), or in postgres://USER@HOST/DATABASE")
    .meta({ value: "DIR|URL" }),
  keys: z
    .string()
    .optional()
    .describe("API keys, one a line: ROLE KEY, ROLE read, events or admin; SIGHUP reads them again")
    .meta({ value: "FILE", absent: "those of ISRF_API_KEYS=ROLE:KEY,..., if any" }),
  open: z.boolean().default(false).describe("do without API keys on addresses that other machines reach"),
  cors: words
    .describe("let web pages of this origin read answers, e.g. https://shop.example")
    .meta({ value: "ORIGIN" }),
  split: z
    .string()
    .optional()
    .describe("A/B test: share the users among the runs by percent, e.g. A=80,B=20, runs named by their folders")
    .meta({ value: "RUN=PERCENT,..." }),
  cache: count
    .min(0)
    .default(10_000)
    .describe("keep so many answers, of 4 KiB in the mean at most, until an event of the user or another run")
    .meta({ unit: "answers" }),
  batchMs: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe(
      "an idle model waits so long for more questions; 0: answers at once, and takes together what arrives meanwhile",
    )
    .meta({ unit: "ms" }),
  maxBatch: count
    .min(1)
    .max(1024)
    .default(64)
    .describe("put so many questions to the model together")
    .meta({ unit: "questions" }),
  maxWaiting: count
    .min(1)
    .default(1000)
    .describe("refuse more with 429 while so many questions wait for a model")
    .meta({ unit: "questions" }),
  maxBody: count.min(1024).default(1_048_576).describe("refuse larger request bodies").meta({ unit: "bytes" }),
  requestTimeout: z
    .number()
    .min(0.1)
    .default(30)
    .describe("close connections whose request takes longer to arrive")
    .meta({ unit: "seconds" }),
  historyKinds: words
    .describe("kinds of events that belong to a user's history; views and clicks count for attribution alone")
    .meta({ value: "KIND", commas: true, absent: HISTORY_KINDS.join(", ") }),
  keepAnswers: z
    .number()
    .min(0)
    .default(30)
    .describe("keep answers so long for attribution; 0 keeps none")
    .meta({ unit: "days" }),
  explorer: z.boolean().default(true).describe("serve the explorer's pages at /").meta({ off: "serve the API alone" }),
  log: z.boolean().default(false).describe("write a line for each request"),
  dataset: placeSettings.shape.dataset,
  device: placeSettings.shape.device,
  threads: placeSettings.shape.threads,
});

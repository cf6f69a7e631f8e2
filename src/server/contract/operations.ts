// Every operation of the API: what it takes, what it answers, who may ask. The OpenAPI document, the checks at the door
// and the types of the client come from this table; where each one lies stands in `addresses.ts`.
import { z } from "zod";
import type { OperationName } from "./addresses.ts";
import { idSchema } from "./common.ts";
import * as events from "./events.ts";
import * as items from "./items.ts";
import * as projects from "./projects.ts";
import * as recommendations from "./recommendations.ts";
import * as runs from "./runs.ts";
import * as users from "./users.ts";

/** What an API key may be for; each one may do what the ones before it may. */
export const ROLES = ["read", "events", "admin"] as const;
export type Role = (typeof ROLES)[number];

export interface Operation {
  readonly group: string;
  readonly summary: string;
  readonly role: Role;
  /** Parts of the path. */
  readonly path?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  /** What is checked of the body at the door, where its parts are checked one by one. */
  readonly looseBody?: z.ZodType | undefined;
  /** Absent: 204 without a body. */
  readonly reply?: z.ZodType | undefined;
}

const byId = z.strictObject({ id: idSchema });
const byName = z.strictObject({ name: z.string().min(1).max(200) });

export const OPERATIONS = {
  recommend: {
    group: "recommendations",
    summary: "Recommend items to a user, or to whoever has a history",
    role: "read",
    body: recommendations.recommendSchema,
    reply: recommendations.recommendationsSchema,
  },
  recommendBatch: {
    group: "recommendations",
    summary: "Recommend to many at once; one bad request never spoils the others",
    role: "read",
    body: recommendations.recommendBatchSchema,
    looseBody: recommendations.looseBatchSchema,
    reply: recommendations.batchAnswersSchema,
  },
  rank: {
    group: "recommendations",
    summary: "Exact ranks of some items",
    role: "read",
    body: recommendations.rankSchema,
    reply: recommendations.ranksSchema,
  },
  explain: {
    group: "recommendations",
    summary: "Why one item stands where it stands for one user",
    role: "read",
    query: recommendations.explainQuery,
    reply: recommendations.explainedSchema,
  },
  items: {
    group: "items",
    summary: "Search the catalogue",
    role: "read",
    query: items.itemsQuery,
    reply: items.itemsSchema,
  },
  item: {
    group: "items",
    summary: "One item, its texts and who has it",
    role: "read",
    path: byId,
    query: users.runQuery,
    reply: items.itemSchema,
  },
  similarItems: {
    group: "items",
    summary: "Items most like one",
    role: "read",
    path: byId,
    query: items.similarQuery,
    reply: items.similarSchema,
  },
  putItem: {
    group: "items",
    summary: "Add an item, which is answered by its texts, or change one",
    role: "admin",
    path: byId,
    body: items.putItemSchema,
    reply: items.itemSchema,
  },
  deleteItem: {
    group: "items",
    summary: "Never recommend an item again, until it is put back",
    role: "admin",
    path: byId,
  },
  users: {
    group: "users",
    summary: "Search users",
    role: "read",
    query: users.usersQuery,
    reply: users.usersSchema,
  },
  user: {
    group: "users",
    summary: "One user: history, texts, similar users, interests",
    role: "read",
    path: byId,
    query: users.runQuery,
    reply: users.userSchema,
  },
  segments: {
    group: "users",
    summary: "Groups of users who are alike, and what they share",
    role: "read",
    query: users.runQuery,
    reply: users.segmentsSchema,
  },
  segment: {
    group: "users",
    summary: "One group and its users",
    role: "read",
    path: byId,
    query: users.segmentQuery,
    reply: users.segmentUsersSchema,
  },
  popular: {
    group: "items",
    summary: "Items that most users have, by data and events",
    role: "read",
    query: items.popularQuery,
    reply: items.popularSchema,
  },
  trending: {
    group: "items",
    summary: "Items that were taken most in the last days, beside the days before",
    role: "read",
    query: items.trendingQuery,
    reply: items.popularSchema,
  },
  recordEvents: {
    group: "events",
    summary: "Record what people did: one event, or up to 1,000; durable when answered",
    role: "events",
    body: events.recordSchema,
    looseBody: events.looseRecordSchema,
    reply: events.recordedSchema,
  },
  events: {
    group: "events",
    summary: "Recorded events",
    role: "admin",
    query: events.eventsQuery,
    reply: events.eventsSchema,
  },
  attribution: {
    group: "events",
    summary: "What came of recommendations, by run, system or how they were made",
    role: "read",
    query: events.attributionQuery,
    reply: events.attributionSchema,
  },
  runs: { group: "runs", summary: "Runs that are served", role: "read", reply: runs.runsSchema },
  run: { group: "runs", summary: "One run and its evaluation", role: "read", path: byName, reply: runs.runSchema },
  curves: {
    group: "runs",
    summary: "What its training measured, step by step",
    role: "read",
    path: byName,
    reply: runs.curvesSchema,
  },
  swapRun: {
    group: "runs",
    summary: "Answer by another run directory from now on, without a lost request",
    role: "admin",
    path: byName,
    body: runs.swapSchema,
    reply: runs.swappedSchema,
  },
  projects: { group: "projects", summary: "What lies beside the runs", role: "read", reply: projects.projectsSchema },
  study: { group: "projects", summary: "One study", role: "read", path: byName, reply: projects.studySchema },
  audit: {
    group: "projects",
    summary: "What `isrf audit` found on a run",
    role: "read",
    path: z.strictObject({ run: z.string().min(1).max(200) }),
    reply: projects.auditSchema,
  },
  chains: {
    group: "projects",
    summary: "Texts that were reasoned about items or users",
    role: "read",
    query: projects.chainsQuery,
    reply: projects.chainsSchema,
  },
  editChain: {
    group: "projects",
    summary: "Write one text of a chain anew; vectors and model know it after isrf embed and isrf train",
    role: "admin",
    path: projects.chainPath,
    body: projects.editChainSchema,
    reply: projects.changedChainSchema,
  },
  askChain: {
    group: "projects",
    summary: "Ask for the texts of a chain again, by whoever wrote the others; GET /v1/chains tells how it goes",
    role: "admin",
    path: projects.chainPath,
    body: projects.askChainSchema,
    reply: projects.changedChainSchema,
  },
  dataset: {
    group: "projects",
    summary: "How the data were understood",
    role: "read",
    query: projects.datasetQuery,
    reply: projects.datasetSchema,
  },
} as const satisfies Readonly<Record<OperationName, Operation>>;

export type Operations = typeof OPERATIONS;

type Part<Operation, Key extends string> = Operation extends { readonly [K in Key]: infer Schema extends z.ZodType }
  ? z.input<Schema>
  : unknown;

/** What a caller of an operation gives: parts of the path, of the query and of the body in one record. */
export type InputOf<Name extends OperationName> = Part<Operations[Name], "path"> &
  Part<Operations[Name], "query"> &
  Part<Operations[Name], "body">;

export type ReplyOf<Name extends OperationName> = Operations[Name] extends {
  readonly reply: infer Schema extends z.ZodType;
}
  ? z.output<Schema>
  : undefined;

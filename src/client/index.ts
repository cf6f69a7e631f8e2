export type * from "../server/contract/index.ts";
export { type CallOptions, type Client, type ClientOptions, createClient, ServerError } from "./client.ts";

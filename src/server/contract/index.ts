// The API as schemas. Imports zod alone, so that a browser's build may take types from here; `addresses.ts` and this
// room's types are what clients need.
export {
  ADDRESSES,
  BROWSER_FILES,
  BROWSER_MODEL,
  BROWSER_RUNTIME,
  LIVE_CURVES,
  type OperationName,
} from "./addresses.ts";
export {
  ERRORS,
  type ErrorCode,
  type ErrorReply,
  errorSchema,
  type ItemCard,
  MAX_COUNT,
  MAX_ID_LENGTH,
  MAX_ITEMS,
  MAX_PAGE,
} from "./common.ts";
export { type Attribution, type Event, MAX_EVENTS, type Recorded, type StoredEvent } from "./events.ts";
export type { Item, Popular, PutItem, SimilarItems, Texts } from "./items.ts";
export {
  type InputOf,
  OPERATIONS,
  type Operation,
  type Operations,
  type ReplyOf,
  ROLES,
  type Role,
} from "./operations.ts";
export type { AuditReply, Chain, Chains, ChangedChain, DatasetReply, Projects, Study } from "./projects.ts";
export {
  type Behind,
  type Explained,
  type Filter,
  MAX_BATCH,
  type Ranks,
  type Reason,
  type Recommendations,
  type Recommended,
  type RecommendRequest,
} from "./recommendations.ts";
export type { Curves, Run, RunSummary, Swapped } from "./runs.ts";
export type { Segment, Segments, User, UserEntry } from "./users.ts";

// The front door of events, for other servers of a run: a store by its name, what users did, events as they arrive.
export { dataTimesOf, type HeldHistory, heldUntil, historyOf, itemsSince } from "./history.ts";
export { HISTORY_KINDS } from "./history-kinds.ts";
export { recordAll } from "./intake.ts";
export { openStore } from "./open-store.ts";
export type { KnownEvent } from "./store.ts";
export { type KnownEvents, UserEvents } from "./user-events.ts";

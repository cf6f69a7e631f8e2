// The front door of events, for other servers of a run: a store by its name, what users did, events as they arrive.
export { recordAll } from "./intake.ts";
export { openStore } from "./open-store.ts";
export { UserEvents } from "./user-events.ts";

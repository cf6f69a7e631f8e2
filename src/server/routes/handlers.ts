// What answers each operation: the one table from names to work.
import type { OperationName } from "../contract/index.ts";
import type { Services } from "../services.ts";
import { browseHandlers } from "./browse.ts";
import { eventHandlers } from "./events.ts";
import type { Handlers } from "./handler.ts";
import { itemHandlers } from "./items.ts";
import { recommendHandlers } from "./recommend.ts";
import { runHandlers } from "./runs.ts";

export function allHandlers(services: Services): Handlers<OperationName> {
  return {
    ...recommendHandlers(services),
    ...itemHandlers(services),
    ...browseHandlers(services),
    ...eventHandlers(services),
    ...runHandlers(services),
  };
}

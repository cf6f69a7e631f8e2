// Events and what came of recommendations.
import { cursorNumber } from "../browsing/paging.ts";
import { eventSchema } from "../contract/events.ts";
import type { StoredEvent } from "../contract/index.ts";
import { attributionOf } from "../events/attribution.ts";
import { recordAll } from "../events/intake.ts";
import type { NumberedEvent } from "../events/store.ts";
import { misfit, RequestError } from "../request-error.ts";
import type { Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

export function eventHandlers({
  users,
  store,
  log,
  metrics,
}: Services): Handlers<"recordEvents" | "events" | "attribution"> {
  return {
    recordEvents: async (body) => {
      const isList = Array.isArray((body as { events?: unknown }).events);
      const given = isList ? (body as { events: unknown[] }).events : [body];
      const recorded = await recordAll(users, given);
      metrics.event("accepted", recorded.accepted);
      metrics.event("duplicate", recorded.duplicates);
      metrics.event("rejected", recorded.rejected.length);
      const [refused] = recorded.rejected;
      // Of a single event nothing else was asked.
      if (!isList && refused !== undefined) throw refusalOfOne(body, refused.message);
      return recorded;
    },
    events: async ({ user, limit, cursor }) => {
      const found = await store.page({ user, limit, before: cursorNumber({ cursor }) });
      return {
        events: found.map(shown),
        nextCursor: found.length < limit ? undefined : String(found.at(-1)!.seq),
      };
    },
    attribution: async ({ since, until, by }) => {
      await log.flush();
      const period = {
        since: since === undefined ? 0 : Date.parse(since),
        until: until === undefined ? Date.now() + 1 : Date.parse(until),
      };
      return attributionOf(await store.attribution(period, by));
    },
  };
}

/** It does not fit, or it does and the server's clock is against it. */
function refusalOfOne(event: unknown, message: string): RequestError {
  const parsed = eventSchema.safeParse(event);
  return parsed.success ? new RequestError("conflict", message, { at: "at" }) : misfit(parsed.error);
}

function shown({ seq: _, at, received, ...event }: NumberedEvent): StoredEvent {
  return { ...event, at: new Date(at).toISOString(), received: new Date(received).toISOString() };
}

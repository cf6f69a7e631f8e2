// For whoever looks after the server: is it alive, can it answer, what are its figures.
import type { Context } from "hono";
import { admit } from "./access/admit.ts";
import type { Store } from "./events/store.ts";
import { RequestError } from "./request-error.ts";
import type { App, Services } from "./services.ts";

/** Whoever reaches the server may ask whether it is ready: the store is asked no more often than this. */
const ASK_STORE_EVERY_MS = 1000;

export function healthRoutes(app: App, services: Services): void {
  const { guard, metrics, store, stopping } = services;
  const isStoreThere = sharedCheck(store);
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", async (context) => {
    const problems = [
      ...(stopping.aborted ? ["the server is stopping"] : []),
      ...((await isStoreThere()) ? [] : ["the store does not answer"]),
    ];
    const status = problems.length === 0 ? "ready" : "not ready";
    const more = mayRead(services, context) ? await details(services) : {};
    return context.json({ status, problems, ...more }, problems.length === 0 ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    admit(guard, context, "read");
    return context.body(await metrics.text(), 200, { "content-type": metrics.contentType });
  });
}

/** Names and places, for those who may read anyway. */
async function details({ runs, store }: Services) {
  const there = await Promise.all(runs.all.map(async (run) => [run.name, await run.isThere()] as const));
  // Such a run still answers, but not after the next start.
  const notices = there
    .filter(([, isThere]) => !isThere)
    .map(([name]) => `the files of run ${name} are gone; it answers from memory`);
  return { notices, runs: there.map(([name]) => name), store: store.describes };
}

function mayRead({ guard }: Services, context: Context): boolean {
  try {
    admit(guard, context, "read");
    return true;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

/** Probes that come meanwhile share what was found. */
function sharedCheck(store: Store): () => Promise<boolean> {
  let asked = Number.NEGATIVE_INFINITY;
  let found = Promise.resolve(true);
  return () => {
    const now = performance.now();
    if (now - asked < ASK_STORE_EVERY_MS) return found;
    asked = now;
    found = store.check().then(
      () => true,
      () => false,
    );
    return found;
  };
}

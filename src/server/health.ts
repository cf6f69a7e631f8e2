// For whoever looks after the server: is it alive, can it answer, what are its figures.
import { admit } from "./access/admit.ts";
import type { App, Services } from "./services.ts";

export function healthRoutes(app: App, services: Services): void {
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", async (context) => {
    const { runs, store, stopping } = services;
    const there = await Promise.all(runs.all.map(async (run) => [run.name, await run.isThere()] as const));
    const problems = [
      ...(stopping.aborted ? ["the server is stopping"] : []),
      ...(await store.check().then(
        () => [],
        () => ["the store does not answer"],
      )),
    ];
    // Such a run still answers, but not after the next start.
    const notices = there
      .filter(([, isThere]) => !isThere)
      .map(([name]) => `the files of run ${name} are gone; it answers from memory`);
    const status = problems.length === 0 ? "ready" : "not ready";
    const body = { status, problems, notices, runs: runs.all.map(({ name }) => name), store: store.describes };
    return context.json(body, problems.length === 0 ? 200 : 503);
  });
  app.get("/metrics", async (context) => {
    admit(services.guard, context, "read");
    return context.body(await services.metrics.text(), 200, { "content-type": services.metrics.contentType });
  });
}

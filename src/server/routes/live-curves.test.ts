import { join } from "node:path";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { withLock } from "../../base/lock.ts";
import { RUN_LOCK } from "../../runs/run.ts";
import { Guard } from "../access/guard.ts";
import { ApiKeys } from "../access/keys.ts";
import type { App, Services } from "../services.ts";
import { liveCurves } from "./live-curves.ts";

test("a training that is silent for long is heard through proxies, which end and gather quiet streams", async () => {
  const directory = await directoryWith({ "metrics.jsonl": "" });
  const stopping = new AbortController();
  const app: App = new Hono();
  const services = {
    guard: new Guard(new ApiKeys([]), false),
    runs: { all: [{ name: "run", run: { directory } }] },
    stopping: stopping.signal,
  };
  liveCurves(app, services as unknown as Services, { beatMs: 10 });
  await withLock(join(directory, RUN_LOCK), { command: "isrf train" }, async () => {
    const response = await app.request("/v1/runs/run/curves/live");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const heard: (string | undefined)[] = [];
    for (let at = 0; at < 3; at++) heard.push((await reader.read()).value);
    expect(heard).toEqual(["event: open\ndata: {}\n\n", ": still there\n\n", ": still there\n\n"]);
    stopping.abort();
    await reader.closed.catch(() => {});
  });
});

// What holds for every route, whoever answers behind it.
import { mkdir, readdir, readlink, writeFile } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { expect, test, vi } from "vitest";
import { directoryWith } from "../../test/support/temporary.ts";
import { Guard } from "./access/guard.ts";
import { ApiKeys } from "./access/keys.ts";
import { createApp } from "./app.ts";
import type { Services } from "./services.ts";
import { Metrics } from "./telemetry/metrics.ts";

function services(more: Partial<Record<keyof Services, unknown>> = {}): Services {
  return {
    guard: new Guard(new ApiKeys([]), false),
    metrics: new Metrics({ waiting: () => new Map(), age: () => new Map() }),
    origins: [],
    maxBodyBytes: 1 << 20,
    traffic: { arrived: 0 },
    stopping: new AbortController().signal,
    ...more,
  } as unknown as Services;
}

async function openFiles(folder: string): Promise<number> {
  const links = await readdir("/proc/self/fd");
  const targets = await Promise.all(links.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
  return targets.filter((target) => target.startsWith(folder)).length;
}

test.skipIf(process.platform !== "linux")("HEAD gives the headers of a file, and leaves none open", async () => {
  const directory = await directoryWith({});
  await mkdir(join(directory, "web"));
  await writeFile(join(directory, "web", "model.onnx"), "x".repeat(1 << 20));
  const app = createApp(services({ runs: { named: () => ({ run: { directory } }) } }));
  const ask = (method: string) => app.request("/v1/runs/run/browser/model.onnx", { method });
  for (let at = 0; at < 20; at++) {
    const { status, headers, body } = await ask("HEAD");
    expect([status, headers.get("content-length"), body]).toEqual([200, String(1 << 20), null]);
  }
  await expect.poll(() => openFiles(join(directory, "web"))).toBe(0);
  expect((await (await ask("GET")).text()).length).toBe(1 << 20);
});

test("HEAD on live curves watches no training", async () => {
  const directory = await directoryWith({ "metrics.jsonl": "" });
  const watching = vi.spyOn(AbortSignal, "any");
  const app = createApp(services({ runs: { all: [{ name: "run", run: { directory } }] } }));
  const { status, headers } = await app.request("/v1/runs/run/curves/live", { method: "HEAD" });
  expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
  expect(watching.mock.results.map(({ value }) => (value as AbortSignal).aborted)).toEqual([true]);
  watching.mockRestore();
});

test("files of the explorer that could not be read are read again", async () => {
  const explorer = join(await directoryWith({}), "ui");
  const app = createApp(services({ explorer, onFault: () => {} }));
  expect((await app.request("/a.js")).status).toBe(500);
  await mkdir(explorer);
  await writeFile(join(explorer, "a.js"), "1");
  expect(await (await app.request("/a.js")).text()).toBe("1");
});

test.each(["content-length: 90", "transfer-encoding: chunked"])(
  "a client that leaves within its body (%s) is no fault of the server's",
  async (header) => {
    const faults: Error[] = [];
    let answered = "";
    const app = createApp(
      services({
        onFault: (_: string, error: Error) => faults.push(error),
        onAccess: (line: string) => (answered = line),
      }),
    );
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
    try {
      if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => {});
      const type = "content-type: application/json";
      socket.write(`POST /v1/events HTTP/1.1\r\nhost: localhost\r\n${type}\r\n${header}\r\n\r\n5\r\n{`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();
      await expect.poll(() => answered).toContain("POST /v1/events 400");
      expect(faults).toEqual([]);
    } finally {
      server.close();
    }
  },
);

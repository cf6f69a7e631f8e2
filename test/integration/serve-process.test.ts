// `isrf serve` as a process: killed, stopped, its files taken away, its run changed while requests come.
import { spawn, spawnSync } from "node:child_process";
import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shellWord } from "../../src/base/shell-word.ts";
import { createClient } from "../../src/client/index.ts";
import { openDataset } from "../../src/data/index.ts";
import { openStore } from "../../src/server/events/open-store.ts";
import type { Store } from "../../src/server/events/store.ts";
import { ISRF } from "../support/isrf-command.ts";
import { folderWithRun, removeFolder, type ServerProcess, startServer } from "../support/serving.ts";

let folder: string;
let run: string;
let users: readonly string[];
let items: readonly string[];
const open = new Set<ServerProcess>();

beforeAll(async () => {
  folder = await folderWithRun();
  run = join(folder, "run");
  const shop = await openDataset(join(folder, "shop"));
  users = shop.users;
  items = shop.items.map(({ itemId }) => itemId);
});

afterAll(async () => {
  for (const server of open) await server.stop("SIGKILL");
  await removeFolder(folder);
});

async function started(flags: readonly string[]) {
  const server = await startServer([run], flags);
  open.add(server);
  return server;
}

/** What the next server would find. */
async function withStore<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(folder);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

test("killed in the middle of 10,000 events, every acknowledged one is there after the next start", async () => {
  const store = join(folder, "killed");
  const first = await started(["--store", store]);
  const acknowledged = new Set<string>();
  let sent = 0;
  const sender = async () => {
    while (sent < 10_000) {
      const events = Array.from({ length: 20 }, () => ({
        id: `e${sent++}`,
        user: users[sent % 40]!,
        item: items[sent % 120]!,
      }));
      await first.client.recordEvents({ events });
      for (const { id } of events) acknowledged.add(id);
      if (acknowledged.size >= 5000) first.child.kill("SIGKILL");
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, sender));
  expect(acknowledged.size).toBeGreaterThanOrEqual(5000);
  expect(acknowledged.size).toBeLessThan(10_000);
  const kept = await withStore(store, (opened) => opened.page({ limit: 20_000 }));
  const ids = new Set(kept.map(({ id }) => id));
  expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
});

test("SIGHUP reads keys again; SIGTERM lets requests in hand finish, writes what waits, and ends with 0", async () => {
  const store = join(folder, "stopped");
  const keys = join(folder, "keys.txt");
  await writeFile(keys, "admin first-admin-key-0123\n");
  const server = await started(["--store", store, "--keys", keys]);
  await writeFile(keys, "admin other-admin-key-0123 # a new one\n");
  server.child.kill("SIGHUP");
  await expect.poll(server.said, { timeout: 20_000 }).toContain("Read 1 API keys again");
  const old = createClient({ url: server.url, key: "first-admin-key-0123" });
  await expect(old.runs()).rejects.toMatchObject({ status: 401 });
  const client = createClient({ url: server.url, key: "other-admin-key-0123" });
  await writeFile(keys, "# none for now\n");
  server.child.kill("SIGHUP");
  await expect.poll(server.said, { timeout: 20_000 }).toContain("The old API keys go on");
  await expect(createClient({ url: server.url }).runs()).rejects.toMatchObject({ status: 401 });
  const asked = users.map((user) => client.recommend({ user, count: 3 }));
  await Promise.race(asked);
  const code = server.stop();
  const answers = await Promise.all(asked);
  expect(answers.every((answer) => answer.items.length === 3)).toBe(true);
  expect(await code).toBe(0);
  expect(server.said()).not.toContain("admin-key");
  const [logged] = await withStore(store, (opened) => opened.attribution({ since: 0, until: Date.now() + 1 }, "run"));
  expect(logged!.answers).toBe(users.length);
});

const terminals = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") ?? false;

test.skipIf(!terminals)(
  "without a file of keys a server ends with its terminal (needs util-linux)",
  async () => {
    const flags = ["--port", "0", "--threads", "1", "--store", join(folder, "hung-up")];
    const line = [process.execPath, ...ISRF, "serve", run, ...flags].map(shellWord).join(" ");
    // What `script` begins sits at a terminal that goes away with it.
    const holder = spawn("script", ["-qec", `echo "pid $$"; exec ${line}`, "/dev/null"]);
    let said = "";
    holder.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const isThere = () => {
      try {
        return process.kill(Number(/pid (\d+)/.exec(said)![1]), 0);
      } catch {
        return false;
      }
    };
    try {
      await expect.poll(() => said, { timeout: 150_000 }).toMatch(/Listening on http\S+/);
      expect(isThere()).toBe(true);
      holder.kill("SIGKILL");
      await expect.poll(isThere, { timeout: 20_000 }).toBe(false);
    } finally {
      holder.kill("SIGKILL");
      if (isThere()) process.kill(Number(/pid (\d+)/.exec(said)![1]), "SIGKILL");
    }
  },
  120_000,
);

test("without keys and terminal SIGHUP changes nothing", async () => {
  const server = await started(["--store", join(folder, "stays")]);
  server.child.kill("SIGHUP");
  expect((await server.client.recommend({ user: users[0]!, count: 3 })).items).toHaveLength(3);
  expect(await server.stop()).toBe(0);
});

describe("while requests come", () => {
  let server: ServerProcess;
  let other: string;

  beforeAll(async () => {
    other = join(folder, "other");
    await cp(run, other, { recursive: true });
    server = await started(["--store", join(folder, "swapped"), "--cache", "0"]);
  });

  test("a run is changed for another without a lost request, and for what is none not at all", async () => {
    let isOn = true;
    let asked = 0;
    let answered = 0;
    const asker = async (from: number) => {
      for (let at = from; isOn; at++) {
        asked++;
        const answer = await server.client.recommend({ user: users[at % users.length]!, count: 2 });
        if (answer.items.length === 2) answered++;
      }
    };
    const askers = Promise.all([0, 10, 20, 30].map(asker));
    for (const directory of [other, run, other]) {
      const { now } = await server.client.swapRun({ name: "run", directory });
      expect(now.directory).toBe(directory);
    }
    const refusal = server.client.swapRun({ name: "run", directory: join(folder, "shop") });
    await expect(refusal).rejects.toMatchObject({ status: 409, code: "conflict" });
    isOn = false;
    await askers;
    expect(answered).toBe(asked);
    expect(answered).toBeGreaterThan(20);
    expect((await server.client.runs()).runs[0]).toMatchObject({ directory: other, status: "ready" });
  });

  test("its files are removed: it answers from memory, and says so", async () => {
    await rm(other, { recursive: true });
    const answer = await server.client.recommend({ user: users[11]!, count: 4, reasons: true });
    expect(answer.items).toHaveLength(4);
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.text()).toContain("the files of run run are gone; it answers from memory");
    expect((await server.client.runs()).runs[0]!.status).toBe("gone");
    const late = server.client.putItem({ id: "late", title: "A late thing" });
    await expect(late).rejects.toMatchObject({ status: 409, code: "conflict" });
  });

  test("its store's file is removed: events go on into a new one", async () => {
    const store = join(folder, "swapped");
    await rm(store, { recursive: true });
    expect(await server.client.recordEvents({ id: "later", user: "a", item: items[0]! })).toMatchObject({
      accepted: 1,
    });
    expect(await server.stop()).toBe(0);
    const kept = await withStore(store, (opened) => opened.page({ limit: 10 }));
    expect(kept.map(({ id }) => id)).toEqual(["later"]);
  });
});

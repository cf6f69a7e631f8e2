// A server whose disk fills, and one whose clock jumps: no event is acknowledged that is not kept, and answers go on.
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createClient, ServerError } from "../../src/client/index.ts";
import { openDataset } from "../../src/data/index.ts";
import { openStore } from "../../src/server/events/open-store.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { folderWithRun, removeFolder, type ServerProcess, startServer } from "../support/serving.ts";
import { mountRefusal, type SmallDisk, smallDisk } from "../support/small-disk.ts";

const DAY_MS = 86_400_000;
const noDisk = mountRefusal();

let folder: string;
let run: string;
let users: readonly string[];
let items: readonly string[];

beforeAll(async () => {
  folder = await folderWithRun();
  run = join(folder, "run");
  const shop = await openDataset(join(folder, "shop"));
  users = shop.users;
  items = shop.items.map(({ itemId }) => itemId);
});

afterAll(() => removeFolder(folder));

describe.skipIf(noDisk !== undefined)(`a disk that fills${noDisk === undefined ? "" : ` (skipped: ${noDisk})`}`, () => {
  let disk: SmallDisk;
  let server: ServerProcess | undefined;

  afterEach(async () => {
    await server?.stop("SIGKILL");
    disk?.remove();
  });

  test("refuses events while it is full, answers on, and takes them when there is room", async () => {
    disk = smallDisk(4096);
    const store = join(disk.folder, "store");
    server = await startServer([run], ["--store", store, "--no-explorer"]);
    const { client } = server;
    const acknowledged: string[] = [];
    const send = async (id: string) => {
      const events = users.map((user, at) => ({ id: `${id}.${at}`, user, item: items[at]! }));
      const reply = await client.recordEvents({ events });
      acknowledged.push(...events.map((event) => event.id));
      return reply;
    };
    await send("before");
    disk.fill();
    // What SQLite has room for already may still go in.
    const refusal = await untilRefused(send);
    expect(refusal).toMatchObject({ status: 503, code: "unavailable" });
    // What a process says reaches us by another way than its answers, and may come later.
    await expect.poll(() => server?.said(), { timeout: 10_000 }).toContain("the store failed");
    for (const user of users) expect((await client.recommend({ user, count: 3 })).items).toHaveLength(3);
    expect((await client.events({ limit: 1 })).events).toHaveLength(1);
    expect(await untilRefused(send)).toMatchObject({ status: 503 });
    await expect(client.deleteItem({ id: items[0]! })).rejects.toMatchObject({ status: 503 });
    disk.clear();
    expect(await send("after")).toMatchObject({ accepted: users.length, rejected: [] });
    await server.stop("SIGKILL");

    const opened = await openStore(store);
    const kept = (await opened.page({ limit: 20_000 })).map(({ id }) => id);
    expect(kept.reverse()).toEqual(acknowledged);
    await opened.close();
  });
});

async function untilRefused(send: (id: string) => Promise<unknown>): Promise<unknown> {
  for (let at = 0; at < 200; at++) {
    try {
      await send(`full-${performance.now()}`);
    } catch (error) {
      if (error instanceof ServerError) return error;
      throw error;
    }
  }
  return undefined;
}

describe("a clock that jumps", () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await serve({ runs: [run], port: 0, store: join(folder, "clock"), threads: 1, environment: {} });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  afterAll(() => server.stop());

  test.each([
    ["ahead", 400 * DAY_MS],
    ["back", -400 * DAY_MS],
  ])("%s: events wait for another time, answers go on, and all is well when it is back", async (id, jump) => {
    const client = createClient({ url: server.url });
    const event = { id, user: users[0]!, item: items[5]!, at: new Date().toISOString() };
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + jump });
    const refused = client.recordEvents(event);
    await expect(refused).rejects.toMatchObject({ status: 503, code: "unavailable" });
    const ids = new Set<string>();
    for (const user of users.slice(0, 20)) ids.add((await client.recommend({ user, count: 2 })).recommendationId);
    expect((await client.popular({})).items.length).toBeGreaterThan(0);
    expect((await client.trending({})).items.length).toBeGreaterThan(0);
    vi.useRealTimers();
    expect(await client.recordEvents(event)).toMatchObject({ accepted: 1 });
    expect((await client.user({ id: users[0]! })).history.at(-1)).toMatchObject({ item: { id: items[5] } });
    for (const user of users.slice(0, 20)) ids.add((await client.recommend({ user, count: 2 })).recommendationId);
    expect(ids.size).toBe(40);
  });
});

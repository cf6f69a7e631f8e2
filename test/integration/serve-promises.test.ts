// What docs/serving.md promises and options change: two servers, of a model that takes new items and of one that does
// not, over a socket in this process.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { type Client, createClient, ServerError } from "../../src/client/index.ts";
import { openDataset } from "../../src/data/index.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { folderWithRun, removeFolder } from "../support/serving.ts";
import { shell } from "../support/shell.ts";
import { SEED } from "../support/trained-shop.ts";

const WINDOW_MS = 100;
let folder: string;
const servers: RunningServer[] = [];
/** Of the run of isrf, whose histories are made of clicks. */
let client: Client;
/** Of the run of sasrec, with the usual kinds. */
let plain: Client;
let users: readonly string[];

beforeAll(async () => {
  folder = await folderWithRun();
  const shop = join(folder, "shop");
  users = (await openDataset(shop)).users;
  const flags = `--epochs 1 --set width=16 --seed ${SEED} --threads 1 --out ${folder}/sasrec`;
  const { code, stderr } = await shell(`train ${shop} --model sasrec ${flags}`, commands);
  if (code !== 0) throw new Error(stderr);
  const usual = { port: 0, cache: 0, explorer: false, threads: 1, environment: {} };
  const clicks = { historyKinds: ["click"], maxBody: 1024, batchMs: WINDOW_MS };
  servers.push(await serve({ ...usual, ...clicks, runs: [join(folder, "run")], store: join(folder, "clicks") }));
  servers.push(await serve({ ...usual, runs: [join(folder, "sasrec")], store: join(folder, "usual") }));
  [client, plain] = servers.map(({ url }) => createClient({ url })) as [Client, Client];
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await removeFolder(folder);
});

const idsOf = (answer: { items: readonly { item: { id: string } }[] }) => answer.items.map(({ item }) => item.id);

// Again where the machine held its breath for longer than the window.
test("an idle model waits for more questions: those of one window are one call", { retry: 2 }, async () => {
  const figure = async (name: string) => {
    const text = await (await fetch(`${servers[0]!.url}/metrics`)).text();
    return Number(new RegExp(`^isrf_batch_questions_${name}(?:\\{.*\\})? (\\d+)`, "m").exec(text)?.[1] ?? 0);
  };
  await Promise.all([1, 2].map((at) => client.recommend({ user: users[at]!, count: 2 })));
  const [calls, questions] = [await figure("count"), await figure("sum")];
  const first = client.recommend({ user: users[1]!, count: 2 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([first, client.recommend({ user: users[2]!, count: 2 })]);
  expect([(await figure("count")) - calls, (await figure("sum")) - questions]).toEqual([1, 2]);
});

test("clicks are no history, unless they are named as such; then purchases are none", async () => {
  const user = users[3]!;
  const changedBy = async (asked: Client, kind: string) => {
    const before = await asked.recommend({ user, count: 3 });
    await asked.recordEvents({ user, item: idsOf(before)[0]!, kind });
    const after = await asked.recommend({ user, count: 3 });
    expect(idsOf(after).includes(idsOf(before)[0]!)).toBe(after.userVersion === before.userVersion);
    return after.userVersion !== before.userVersion;
  };
  for (const kind of ["click", "view"]) expect(await changedBy(plain, kind), kind).toBe(false);
  for (const kind of ["purchase", "rating", "cart"]) expect(await changedBy(plain, kind), kind).toBe(true);
  expect(await changedBy(client, "purchase")).toBe(false);
  expect(await changedBy(client, "click")).toBe(true);
});

test("new items are refused where the model answers by those of its training alone", async () => {
  const error = await plain.putItem({ id: "new", title: "Oolong tea" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toMatchObject({ status: 409, code: "conflict" });
  expect(String(error)).toContain("sasrec (sasrec, preset");
  expect((await plain.run({ name: "sasrec" })).takesNewItems).toBe(false);
  const known = idsOf(await plain.recommend({ user: users[0]!, count: 1 }))[0]!;
  expect(await plain.putItem({ id: known, title: "Other words" })).toMatchObject({ title: "Other words" });
  const missing = await plain.item({ id: "new" }).catch((thrown: unknown) => thrown);
  expect(missing).toMatchObject({ status: 404 });
});

test("ranks without some terms, or of other histories, are the places in such lists", async () => {
  const { terms = [] } = (await client.runs()).runs[0]!;
  const others = (await client.user({ id: users[6]! })).history.map(({ item }) => item.id);
  const plainly = idsOf(await client.recommend({ user: users[5]!, count: 100 }));
  for (const asked of [
    { user: users[5]!, without: [terms[0]!, terms[1]!] },
    { user: users[5]!, history: others },
    { history: others.slice(0, 2), without: [terms[1]!] },
  ]) {
    const list = idsOf(await client.recommend({ ...asked, count: 100 }));
    expect(list).not.toEqual(plainly);
    const items = [7, 0, 42, 19].map((place) => list[place]!);
    const { ranks } = await client.rank({ ...asked, items });
    expect(ranks.map(({ id, rank }) => [id, rank])).toEqual([8, 1, 43, 20].map((rank, at) => [items[at], rank]));
  }
});

test("what is behind the terms of an answer is at most three, strongest first", async () => {
  const { items } = await client.recommend({ user: users[4]!, count: 3, reasons: "full" });
  const named = new Set<string>();
  for (const { term, behind } of items.flatMap(({ reasons = [] }) => reasons)) {
    if (behind.length > 0) named.add(term);
    expect(behind.length).toBeLessThanOrEqual(3);
    const strengths = behind.map((one) => (one.kind === "item" ? one.strength : one.similarity));
    expect(strengths, term).toEqual([...strengths].sort((a, b) => b - a));
  }
  expect(named.size).toBeGreaterThan(1);
  const typical = items.flatMap(({ reasons = [] }) =>
    reasons.filter(({ term }) => term === "neighbours" || term === "group").map((reason) => reason.typical),
  );
  expect(typical).toEqual(Array(6).fill(0));
});

test("bodies over the bound that was set are refused, smaller ones are read", async () => {
  const post = async (bytes: number) => {
    const words = JSON.stringify({ user: users[0] });
    const headers = { "content-type": "application/json" };
    const body = words.padEnd(bytes);
    return (await fetch(`${servers[0]!.url}/v1/recommendations`, { method: "POST", headers, body })).status;
  };
  expect([await post(1024), await post(1025)]).toEqual([200, 413]);
});

test("pages and data tell nobody where a reader came from, and stand in no frames", async () => {
  for (const path of ["/docs", "/v1/runs", "/nothing"]) {
    const { headers } = await fetch(`${servers[1]!.url}${path}`);
    expect(headers.get("referrer-policy"), path).toBe("no-referrer");
    expect(headers.get("content-security-policy"), path).toContain("frame-ancestors 'none'");
  }
});

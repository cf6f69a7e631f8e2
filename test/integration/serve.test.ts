// `isrf serve` over a socket, in this process: every operation, and whatever a client may get wrong.
import { appendFile, cp, mkdir, readFile, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { request as rawRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperationError } from "../../src/base/errors.ts";
import type { Report } from "../../src/base/progress.ts";
import { createClient, type ErrorReply, ServerError } from "../../src/client/index.ts";
import { openDataset } from "../../src/data/index.ts";
import { newItemVectors } from "../../src/pipeline/items/index.ts";
import { recommend } from "../../src/pipeline/recommend/index.ts";
import { NewVectors } from "../../src/server/answering/catalogue-changes.ts";
import { ServedRuns } from "../../src/server/answering/served-runs.ts";
import { OPERATIONS, type Operation, type OperationName } from "../../src/server/contract/index.ts";
import { openStore } from "../../src/server/events/open-store.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { folderWithRun, removeFolder } from "../support/serving.ts";

let folder: string;
let run: string;
let server: RunningServer;
let users: readonly string[];
let items: readonly string[];
/** Every reply must be what the contract says, and nothing else. */
let client: ReturnType<typeof createClient>;

beforeAll(async () => {
  folder = await folderWithRun();
  run = join(folder, "run");
  const shop = await openDataset(join(folder, "shop"));
  users = shop.users;
  items = shop.items.map(({ itemId }) => itemId);
  server = await serve({
    runs: [run],
    port: 0,
    store: join(folder, "store"),
    requestTimeout: 1,
    cors: ["https://shop.example"],
    threads: 1,
    environment: {},
  });
  client = checkedClient(server.url);
});

afterAll(async () => {
  await server?.stop();
  await removeFolder(folder);
});

function checkedClient(url: string): ReturnType<typeof createClient> {
  const plain = createClient({ url });
  const checked = Object.entries(plain).map(([name, call]) => [
    name,
    async (...given: unknown[]) => {
      const reply = await (call as (...given: unknown[]) => Promise<unknown>)(...given);
      const { reply: schema }: Operation = OPERATIONS[name as OperationName];
      if (schema !== undefined) expect(schema.parse(reply)).toEqual(reply);
      return reply;
    },
  ]);
  return Object.fromEntries(checked);
}

async function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Posted };
}

/** Of an error, or of a batch. */
interface Posted {
  readonly error: ErrorReply["error"];
  readonly answers: readonly { readonly items?: readonly unknown[]; readonly error?: ErrorReply["error"] }[];
}

async function refused(work: Promise<unknown>): Promise<Pick<ServerError, "status" | "code" | "at">> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ServerError)) throw error ?? new Error("it was not refused");
  return { status: error.status, code: error.code, at: error.at };
}

const idsOf = (answer: { items: readonly { item: { id: string } }[] }) => answer.items.map(({ item }) => item.id);

describe("recommendations", () => {
  test("are those of the library, by the model, under an id of their own", async () => {
    const { recommendations } = await recommend(run, { user: users[3]!, top: 5, threads: 1 });
    const answer = await client.recommend({ user: users[3]!, count: 5 });
    expect(answer).toMatchObject({ run: "run", system: "isrf", made: "model", user: users[3], userVersion: "0" });
    expect(idsOf(answer)).toEqual(recommendations.map(({ item }) => item.itemId));
    for (const [at, { score }] of answer.items.entries()) expect(score).toBeCloseTo(recommendations[at]!.score, 4);
    const again = await client.recommend({ user: users[3]!, count: 5 });
    expect(again.items).toEqual(answer.items);
    expect(again.recommendationId).not.toBe(answer.recommendationId);
  });

  test("of many who ask at once are those of each alone", async () => {
    const alone = [];
    for (const user of users.slice(0, 12)) alone.push(idsOf(await client.recommend({ user, count: 4, run: "run" })));
    const fresh = await serve({
      runs: [run],
      port: 0,
      store: join(folder, "other"),
      cache: 0,
      threads: 1,
      environment: {},
    });
    try {
      const other = createClient({ url: fresh.url });
      const together = await Promise.all(users.slice(0, 12).map((user) => other.recommend({ user, count: 4 })));
      expect(together.map(idsOf)).toEqual(alone);
    } finally {
      await fresh.stop();
    }
  });

  test("know an event with the next answer, and count it once", async () => {
    const user = users[7]!;
    const before = await client.recommend({ user, count: 3 });
    const [item] = idsOf(before) as [string];
    const event = { id: "order-1", user, item };
    expect(await client.recordEvents(event)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect(await client.recordEvents({ events: [event, event] })).toEqual({ accepted: 0, duplicates: 2, rejected: [] });
    const after = await client.recommend({ user, count: 3 });
    expect(idsOf(after)).not.toContain(item);
    expect(after.userVersion).not.toBe(before.userVersion);
    const { history } = await client.user({ id: user });
    expect(history.at(-1)).toMatchObject({ item: { id: item }, source: "event", kind: "purchase" });
  });

  test("of events that the data hold already repeat nothing, in answers and on the user's page", async () => {
    const user = users[8]!;
    const before = await client.user({ id: user });
    const item = before.history[0]!.item.id;
    await client.recordEvents({ id: "held", user, item, at: "2001-02-03T04:05:06Z" });
    expect((await client.user({ id: user })).history).toEqual(before.history);
    await client.recordEvents({ id: "again", user, item });
    const after = await client.user({ id: user });
    const of = ({ history }: typeof after) => history.map((entry) => [entry.item.id, entry.source]);
    // What was taken again stands where answers have it: once, at its last place.
    expect(of(after)).toEqual([...of(before).slice(1), [item, "event"]]);
  });

  test("of somebody new come from their events, by the model; of nobody known, by popularity", async () => {
    const user = "new/ünï 🍵 user";
    expect(await client.recommend({ user, count: 2 })).toMatchObject({ made: "fallback", system: "popularity" });
    await client.recordEvents({
      events: [
        { user, item: items[0]! },
        { user, item: items[1]! },
      ],
    });
    const answer = await client.recommend({ user, count: 4 });
    expect(answer.made).toBe("history-only");
    const byHistory = await client.recommend({ history: [items[0]!, items[1]!], count: 4 });
    expect(idsOf(answer)).toEqual(idsOf(byHistory));
    expect((await client.user({ id: user })).known).toBe(false);
    expect(idsOf(await client.recommend({ user: "nobody", fallback: false }))).toEqual([]);
  });

  test("take a history as long as a list may be", async () => {
    const user = users[0]!;
    const { history } = await client.user({ id: user });
    const known = history.map((entry) => entry.item.id);
    const long = [...Array.from({ length: 5000 }, (_, at) => `unknown ${at}`), ...known];
    const [asked, plain] = await Promise.all([long, known].map((ids) => client.recommend({ user, history: ids })));
    expect(idsOf(asked!)).toEqual(idsOf(plain!));
  });

  test("are full and valid under filters, excludes and what is available", async () => {
    const { items: found } = await client.items({ limit: 200 });
    const { history } = await client.user({ id: users[2]! });
    const has = new Set(history.map(({ item }) => item.id));
    const open = found.filter(({ id }) => !has.has(id));
    const brand = open.map((item) => item.brand).find((name) => name !== undefined)!;
    const filtered = await client.recommend({ user: users[2]!, count: 5, filter: { brands: [brand] } });
    expect(filtered.items.every(({ item }) => item.brand === brand)).toBe(true);
    expect(filtered.items).toHaveLength(Math.min(5, open.filter((item) => item.brand === brand).length));
    const plain = idsOf(await client.recommend({ user: users[2]!, count: 10 }));
    const without = idsOf(await client.recommend({ user: users[2]!, count: 7, exclude: plain.slice(0, 3) }));
    expect(without).toEqual(plain.slice(3));
    const stock = plain.slice(4, 9);
    expect(idsOf(await client.recommend({ user: users[2]!, available: stock }))).toEqual(stock);
    const none = await client.recommend({ user: users[2]!, filter: { categories: ["no such thing"] } });
    expect(none.items).toEqual([]);
    expect(none.notices.join(" ")).toContain('No item has the category "no such thing".');
    const mistyped = await client.recommend({ user: users[2]!, count: 5, exclude: ["no such id"] });
    expect(mistyped.items).toHaveLength(5);
    expect(mistyped.notices).toEqual(["exclude: 1 of 1 ids are no items of this run, such as no such id."]);
    const nobodys = await client.recommend({ user: users[2]!, task: "direct", candidates: ["no such id"] });
    expect(nobodys).toMatchObject({
      items: [],
      notices: ["candidates: 1 of 1 ids are no items of this run, such as no such id."],
    });
    const lifted = await client.recommend({ user: "a stranger", count: 5, favourNew: 1 });
    expect(lifted.made).toBe("fallback");
    expect(lifted.notices.join(" ")).toContain("--favour-new 1 changes nothing");
    const priced = await client.recommend({ user: users[2]!, count: 5, filter: { price: { max: 20 } } });
    expect(priced.items.every(({ item }) => item.price! <= 20)).toBe(true);
    const cheap = open.filter(({ price }) => price !== undefined && price <= 20);
    expect(cheap.length).toBeGreaterThan(0);
    expect(priced.items).toHaveLength(Math.min(5, cheap.length));
  });

  test("say why: terms that add up to the score, and what is behind them", async () => {
    const told = await client.recommend({ user: users[4]!, count: 3, reasons: true });
    const full = await client.recommend({ user: users[4]!, count: 3, reasons: "full" });
    for (const { score, reasons = [] } of told.items)
      expect(reasons.reduce((sum, { adds = 0 }) => sum + adds, 0)).toBeCloseTo(score, 3);
    expect(told.items.flatMap(({ reasons = [] }) => reasons).every(({ behind }) => behind.length === 0)).toBe(true);
    expect(full.items.flatMap(({ reasons = [] }) => reasons).some(({ behind }) => behind.length > 0)).toBe(true);
    const { terms = [] } = (await client.runs()).runs[0]!;
    const silent = await client.recommend({ user: users[4]!, count: 3, without: [terms[0]!], reasons: true });
    const spoken = silent.items[0]!.reasons!.map(({ term }) => term);
    expect(spoken).toEqual(told.items[0]!.reasons!.map(({ term }) => term).filter((term) => term !== terms[0]));
  });

  test("choose among candidates, and rank any items exactly", async () => {
    const list = idsOf(await client.recommend({ user: users[5]!, count: 6 }));
    const { ranks } = await client.rank({ user: users[5]!, items: [list[4]!, list[0]!, "unknown"] });
    expect(ranks.map(({ rank }) => rank)).toEqual([5, 1, undefined]);
    const direct = await client.recommend({ user: users[5]!, task: "direct", candidates: list.slice(0, 4), count: 2 });
    expect(direct.items).toHaveLength(2);
    const why = await client.explain({ user: users[5]!, item: list[4]! });
    expect(why).toMatchObject({ rank: 5, item: { id: list[4] } });
    expect(why.reasons.length).toBeGreaterThan(2);
  });

  test("come in batches, where one bad request spoils no other", async () => {
    const { body } = await post(
      "/v1/recommendations/batch",
      JSON.stringify({ requests: [{ user: users[1], count: 2 }, { user: users[1], count: 0 }, { user: 5 }] }),
    );
    expect(OPERATIONS.recommendBatch.reply.parse(body)).toEqual(body);
    expect(body.answers[0]!.items).toHaveLength(2);
    expect(body.answers[1]!.error).toMatchObject({ code: "bad_request", at: "requests[1].count" });
    expect(body.answers[2]!.error!.at).toBe("requests[2].user");
  });
});

describe("items", () => {
  test("that are new are answered by their texts, under any id; deleted ones never", async () => {
    const id = "neu/🍵 & co?";
    const { items: found } = await client.items({ limit: 1 });
    const [like] = found as [(typeof found)[0]];
    const { brand, categories } = like;
    const made = await client.putItem({ id, title: `${like.title} new edition`, brand, categories, price: 3 });
    expect(made).toMatchObject({ id, origin: "added", price: 3 });
    const only = await client.recommend({ user: users[0]!, available: [id] });
    expect(idsOf(only)).toEqual([id]);
    expect((await client.similarItems({ id, count: 3, by: "texts" })).items).toHaveLength(3);
    const favoured = await client.recommend({ user: users[0]!, count: 1, favourNew: 20, reasons: true });
    const { score, reasons = [] } = favoured.items[0]!;
    expect(reasons.find(({ term }) => term === "new")).toMatchObject({ adds: 20 });
    expect(reasons.reduce((sum, { adds = 0 }) => sum + adds, 0)).toBeCloseTo(score, 3);
    const cheaper = await client.putItem({ id, title: "Other words", price: 2 });
    expect(cheaper).toMatchObject({ price: 2, title: "Other words" });
    expect(await client.deleteItem({ id })).toBeUndefined();
    expect(idsOf(await client.recommend({ user: users[0]!, available: [id] }))).toEqual([]);
    const [best] = idsOf(await client.recommend({ user: users[0]!, count: 1 })) as [string];
    await client.deleteItem({ id: best });
    expect(idsOf(await client.recommend({ user: users[0]!, count: 20 }))).not.toContain(best);
    const ranked = { user: users[0]!, items: [items[0]!] };
    const { history } = await client.user({ id: users[0]! });
    const [before] = (await client.rank(ranked)).ranks;
    await client.deleteItem({ id: history[0]!.item.id });
    expect((await client.rank(ranked)).ranks).toEqual([before]);
    await client.putItem({ id: history[0]!.item.id, title: history[0]!.item.title! });
    await client.putItem({ id: best, title: "Back again" });
    expect(idsOf(await client.recommend({ user: users[0]!, count: 1 }))).toEqual([best]);
  });

  describe("that are new", () => {
    const open = new Set<RunningServer>();
    const said: string[] = [];

    async function served(directory: string, store: string) {
      const report: Report = (event) => event.kind === "warning" && said.push(event.message);
      const options = { port: 0, store: join(folder, store), explorer: false, threads: 1, environment: {} };
      const started = await serve({ runs: [directory], report, ...options });
      open.add(started);
      return checkedClient(started.url);
    }

    afterAll(() => Promise.all([...open].map((started) => started.stop())));

    test("are answered by the model that a link named at the start", async () => {
      const link = join(folder, "current");
      await symlink(run, link);
      const linked = await served(link, "linked");
      await linked.putItem({ id: "n1", title: "Oolong tea" });
      await rm(link);
      await symlink(join(folder, "shop"), link);
      expect(await linked.putItem({ id: "n2", title: "Green tea" })).toMatchObject({ id: "n2", origin: "added" });
      expect((await linked.runs()).runs).toMatchObject([{ name: "current", directory: await realpath(run) }]);
    });

    test("are refused once a training went on in the folder; those that came before stay", async () => {
      const going = join(folder, "going");
      await cp(run, going, { recursive: true });
      const other = await served(going, "going-on");
      await other.putItem({ id: "n1", title: "Oolong tea" });
      const { best } = JSON.parse(await readFile(join(going, "checkpoint", "current.json"), "utf8"));
      await appendFile(join(going, "checkpoint", best, "checksums.json"), "\n");
      expect(await refused(other.putItem({ id: "n2", title: "Green tea" }))).toMatchObject({ status: 409 });
      expect(said.join()).toContain("found another model than the one that is served");
      await other.deleteItem({ id: items[0]! });
      expect(idsOf(await other.recommend({ user: users[0]!, available: ["n1", "n2"] }))).toEqual(["n1"]);
      // Put by somebody else, or before: the store does not forget it because this server cannot take it along.
      expect(await refused(other.deleteItem({ id: "n2" }))).toMatchObject({ status: 404 });
    });

    test("wait while their encoder fails, nothing else does, and each is encoded once", async () => {
      const encoded: number[] = [];
      let fails = true;
      const vectors = new NewVectors(async (from, items, tell) => {
        if (fails) throw new OperationError("the model server is away");
        encoded.push(items.length);
        return newItemVectors(from, items, tell);
      });
      const store = await openStore(join(folder, "failing"));
      const put = (id: string, rest = {}) =>
        store.saveItem({ id, entry: JSON.stringify({ title: `Tea ${id}` }), isRemoved: false, changed: 1, ...rest });
      await Promise.all([put("n1"), put("n2"), put(items[0]!)]);
      const queue = { maxBatch: 8, maxWaiting: 8, windowMs: 0, onBatch: () => {} };
      const report: Report = (event) => event.kind === "warning" && said.push(event.message);
      const options = { compile: { threads: 1 }, queue, report, vectors, againMs: 100 };
      const runs = await ServedRuns.open([run], new Map(), store, options);
      try {
        expect(runs.first.card(0).title).toBe(`Tea ${items[0]}`);
        expect(runs.first.itemIndex.has("n1")).toBe(false);
        expect(said.at(-1)).toContain("cannot take 2 new items along: the model server is away");
        await put(items[1]!);
        await runs.relay();
        expect(runs.first.card(1).title).toBe(`Tea ${items[1]}`);
        fails = false;
        await expect.poll(() => runs.first.itemIndex.has("n1"), { timeout: 10_000 }).toBe(true);
        await put("n2", { isRemoved: true });
        await runs.relay();
        await runs.swap("run", run);
        expect(["n1", "n2"].map((id) => runs.first.itemIndex.has(id))).toEqual([true, false]);
        expect(encoded).toEqual([2]);
        fails = true;
        await put("n3");
        await runs.relay();
        expect(["n1", "n3"].map((id) => runs.first.itemIndex.has(id))).toEqual([true, false]);
      } finally {
        await runs.close();
        await store.close();
      }
    });
  });

  test("that another server changed while the store failed are known once it does not", async () => {
    const store = await openStore(join(folder, "behind"));
    let fails = false;
    const itemChanges = async () => {
      if (fails) throw new OperationError("the store is away");
      return store.itemChanges();
    };
    const flaky = new Proxy(store, {
      get: (of, name) => {
        const value = name === "itemChanges" ? itemChanges : Reflect.get(of, name);
        return typeof value === "function" ? value.bind(of) : value;
      },
    });
    const queue = { maxBatch: 8, maxWaiting: 8, windowMs: 0, onBatch: () => {} };
    const options = { compile: { threads: 1 }, queue, report: () => {}, againMs: 50 };
    const runs = await ServedRuns.open([run], new Map(), flaky, options);
    try {
      await store.saveItem({ id: items[0]!, isRemoved: true, changed: 1 });
      fails = true;
      await expect(runs.relay()).rejects.toThrow("the store is away");
      await expect(runs.swap("run", run)).rejects.toBeInstanceOf(OperationError);
      expect(runs.first.removed.size).toBe(0);
      fails = false;
      await expect.poll(() => runs.first.removed.size, { timeout: 10_000 }).toBe(1);
      await expect(runs.swap("run", folder)).rejects.toMatchObject({ code: "conflict" });
    } finally {
      await runs.close();
      await store.close();
    }
  });

  test("are held by users of the training and by newcomers, each counted once", async () => {
    const id = items[11]!;
    const { holders } = await client.item({ id });
    const [owner, other] = [holders.users[0]!, users.find((user) => !holders.users.includes(user))!];
    const strangers = Array.from({ length: 25 }, (_, at) => `a stranger ${at}`);
    const events = [owner, other, ...strangers].map((user) => ({ user, item: id, kind: "cart" }));
    await client.recordEvents({ events });
    await client.recordEvents({ user: other, item: id, kind: "purchase" });
    expect((await client.item({ id })).holders).toMatchObject({ total: holders.total + 26 });
  });

  test("that change leave reasons what they were read from, also where it is gone by then", async () => {
    const explained = async () => {
      const { items: found } = await client.recommend({ user: users[6]!, count: 2, reasons: "full" });
      return found.map(({ item, reasons = [] }) => [item.id, reasons.map(({ adds }) => adds)]);
    };
    const before = await explained();
    const { id, title, brand, categories, description, attributes } = await client.item({ id: items[12]! });
    const vectors = join(folder, "shop", "embeddings");
    await rename(vectors, `${vectors}.away`);
    try {
      await client.putItem({ id, title: title!, brand, categories, description, attributes, price: 77 });
      expect(await explained()).toEqual(before);
    } finally {
      await rename(`${vectors}.away`, vectors);
    }
  });

  test("are found by words, and page by page", async () => {
    const all = await client.items({ limit: 500 });
    const first = await client.items({ limit: 7 });
    const second = await client.items({ limit: 7, cursor: first.nextCursor });
    expect([...first.items, ...second.items]).toEqual(all.items.slice(0, 14));
    const [word] = all.items[0]!.title!.split(" ");
    const { items: matching } = await client.items({ q: word });
    expect(matching.map(({ id }) => id)).toContain(all.items[0]!.id);
    expect((await client.item({ id: items[0]! })).holders.total).toBeGreaterThan(0);
    expect((await client.popular({ count: 3 })).items).toHaveLength(3);
    expect((await client.trending({ count: 3 })).items.length).toBeGreaterThan(0);
  });
});

test("users, groups, runs and what lies beside them are shown as the contract says", async () => {
  expect((await client.users({ limit: 2 })).users).toHaveLength(2);
  const known = await client.user({ id: users[1]! });
  expect(known.similar.length).toBeGreaterThan(0);
  expect(known.texts).toMatchObject({ by: "rule-based (offline)", written: "rules" });
  expect(known.history.map(({ source }) => source)).toContain("held-out");
  const { segments } = await client.segments();
  expect(segments.reduce((sum, { size }) => sum + size, 0)).toBe(users.length);
  expect((await client.segment({ id: segments[0]!.id })).users).toHaveLength(segments[0]!.size);
  expect(await client.run({ name: "run" })).toMatchObject({ isDefault: true, takesNewItems: true, status: "ready" });
  expect((await client.curves({ name: "run" })).series.length).toBeGreaterThan(0);
  expect((await client.projects()).chains).toEqual([{ run: "run" }]);
  expect((await client.chains({ limit: 2 })).chains).toHaveLength(2);
  expect((await client.chains({ subject: "user", id: users[0]! })).chains).toHaveLength(1);
  expect((await client.dataset()).counts.items).toBe(120);
  expect(await refused(client.audit({ run: "run" }))).toMatchObject({ code: "not_found" });
  const audit = join(run, "audit.json");
  const { modelVersion } = (await client.runs()).runs[0]!;
  for (const [version, fits] of [[modelVersion, true] as const, ["of-before", false] as const]) {
    await writeFile(audit, JSON.stringify({ modelVersion: version, findings: [] }));
    expect(await client.audit({ run: "run" })).toMatchObject({ fits });
    expect((await client.projects()).audits).toEqual(fits ? [{ run: "run" }] : []);
  }
  await rm(audit);
  expect(await refused(client.study({ name: "none" }))).toMatchObject({ code: "not_found" });
});

test("studies beside the runs are found where a study writes its results, and where these were copied to", async () => {
  const files = { "study.json": { complete: true }, "comparison.json": { questions: [] } };
  const studies = { "of-many": "of-many/results", copied: "copied" };
  for (const [name, results] of Object.entries(studies)) {
    await mkdir(join(folder, results), { recursive: true });
    for (const [file, value] of Object.entries(files))
      await writeFile(join(folder, results, file), JSON.stringify(value));
    const directory = await realpath(join(folder, name));
    expect((await client.projects()).studies).toContainEqual({ name, directory });
    const found = { study: files["study.json"], comparison: files["comparison.json"] };
    expect(await client.study({ name })).toEqual({ name, directory, results: found });
    await rm(join(folder, name), { recursive: true });
  }
  expect((await client.projects()).studies).toEqual([]);
});

test("clicks and purchases sent back with an answer's id are counted, with intervals", async () => {
  const answer = await client.recommend({ user: users[9]!, count: 2 });
  const { recommendationId } = answer;
  const [item] = idsOf(answer) as [string];
  await client.recordEvents({
    events: [
      { user: users[9]!, item, kind: "click", recommendationId },
      { user: users[9]!, item, kind: "click", recommendationId },
      { user: users[9]!, item, kind: "purchase", recommendationId },
      { user: users[9]!, item: items[3]!, kind: "purchase", recommendationId: "of nobody" },
    ],
  });
  const { groups } = await client.attribution({ by: "run" });
  expect(groups).toHaveLength(1);
  expect(groups[0]).toMatchObject({ name: "run", clicks: 1, purchases: 1 });
  const { clickRate, purchaseRate } = groups[0]!;
  for (const { value, low, high } of [clickRate, purchaseRate]) {
    expect(value).toBeGreaterThan(0);
    expect(low).toBeLessThan(value);
    expect(value).toBeLessThan(high);
  }
  expect((await client.events({ user: users[9]! })).events.map(({ kind }) => kind)).toEqual([
    "purchase",
    "purchase",
    "click",
    "click",
  ]);
});

describe("a client that is wrong is told where", () => {
  test.each([
    ["no JSON", "/v1/recommendations", "{", 400, undefined],
    ["a list", "/v1/recommendations", "[]", 400, undefined],
    ["wrong type", "/v1/recommendations", '{"user":7}', 400, "user"],
    ["unknown field", "/v1/recommendations", '{"user":"a","cuont":3}', 400, undefined],
    ["nobody", "/v1/recommendations", '{"count":3}', 400, "user"],
    ["deep", "/v1/recommendations", '{"user":"a","filter":{"price":{"min":"x"}}}', 400, "filter.price.min"],
    ["no such term", "/v1/recommendations", '{"user":"a","without":["nothing"]}', 409, undefined],
    ["no run", "/v1/recommendations", '{"user":"a","run":"other"}', 404, undefined],
    ["bad event", "/v1/events", '{"user":"a"}', 400, "item"],
    ["a list beside an event", "/v1/events", '{"user":"a","item":"b","events":[{}]}', 400, undefined],
    ["unstorable id", "/v1/events", '{"user":"a\\u0000","item":"b"}', 400, "user"],
    ["future event", "/v1/events", '{"user":"a","item":"b","at":"2999-01-01T00:00:00Z"}', 409, "at"],
  ])("%s", async (_, path, body, status, at) => {
    const reply = await post(path, body);
    expect(reply.status).toBe(status);
    expect(reply.body.error.at).toBe(at);
    expect(reply.body.error.requestId).toBe(reply.headers.get("x-request-id"));
  });

  test("other things that are not there", async () => {
    expect(await refused(client.item({ id: "a/b" }))).toMatchObject({ status: 404, code: "not_found", at: "id" });
    expect(await refused(client.user({ id: "👻" }))).toMatchObject({ status: 404 });
    expect(await refused(client.items({ limit: 0 }))).toMatchObject({ status: 400, at: "limit" });
    expect(await refused(client.items({ cursor: "x" }))).toMatchObject({ status: 400, at: "cursor" });
    const beyond = await client.items({ cursor: "1000000" });
    expect([beyond.items, beyond.total, beyond.nextCursor]).toEqual([[], items.length, undefined]);
    const response = await fetch(`${server.url}/v1/items`, { method: "PATCH" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
    expect((await fetch(`${server.url}/v1/nothing`)).status).toBe(404);
    const form = await post("/v1/events", "user=a", { "content-type": "application/x-www-form-urlencoded" });
    expect(form.body.error.message).toContain("expected JSON");
  });

  test("a body of 100 MB is refused before it is read", async () => {
    const before = process.memoryUsage().rss;
    const status = await new Promise<number | undefined>((resolve) => {
      const request = rawRequest(`${server.url}/v1/events`, {
        method: "POST",
        headers: { "content-type": "application/json" },
      });
      let seen: number | undefined;
      request.on("response", (response) => {
        seen = response.statusCode;
        response.resume();
      });
      request.on("close", () => resolve(seen));
      request.on("error", () => resolve(seen));
      const chunk = Buffer.alloc(1 << 20, 32);
      let sent = 0;
      const more = () => {
        while (sent++ < 100) if (!request.write(chunk)) return request.once("drain", more);
        return request.end();
      };
      more();
    });
    expect(status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(80 << 20);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test("a connection stays open longer than proxies keep theirs", async () => {
    const headers = await new Promise<Record<string, unknown>>((resolve) => {
      rawRequest(`${server.url}/healthz`, { headers: { connection: "keep-alive" } }, (response) => {
        response.resume();
        resolve(response.headers);
      }).end();
    });
    expect(headers["keep-alive"]).toBe("timeout=65");
  });

  test("a client that sends a byte now and then is let go", async () => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(
      "POST /v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{",
    );
    const started = performance.now();
    const drip = setInterval(() => socket.write(" "), 100);
    await new Promise((resolve) =>
      socket
        .on("close", resolve)
        .on("error", () => {})
        .resume(),
    );
    clearInterval(drip);
    // All that was announced would take nine seconds.
    expect(performance.now() - started).toBeLessThan(8000);
  });
});

describe("a web page", () => {
  test("reads answers from named origins alone", async () => {
    const from = (origin: string) => fetch(`${server.url}/v1/runs`, { headers: { origin } });
    const good = await from("https://shop.example");
    expect(good.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect((await from("https://evil.example")).headers.get("access-control-allow-origin")).toBeNull();
    const asks = {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "PUT" },
    };
    expect((await fetch(`${server.url}/v1/items/a`, asks)).status).toBe(403);
  });

  test("is told to load nothing from elsewhere, and to guess no types", async () => {
    const { headers } = await fetch(`${server.url}/docs`);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
    expect(headers.get("content-security-policy")).not.toContain("script-src");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });

  test("under a name of its own reaches nothing of a server without keys but whether it is ready", async () => {
    const get = (path: string) =>
      new Promise<{ status: number | undefined; text: string }>((resolve) => {
        rawRequest(`${server.url}${path}`, { headers: { host: "evil.example" } }, (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("end", () => resolve({ status: response.statusCode, text }));
        }).end();
      });
    expect((await get("/v1/runs")).status).toBe(403);
    expect(await get("/readyz")).toEqual({ status: 200, text: '{"status":"ready","problems":[]}' });
  });
});

test("keys let in by their role, and nothing says one", async () => {
  const keys = { read: "reading-key-0123456789", events: "events-key-0123456789", admin: "admin-key-00123456789" };
  const environment = {
    ISRF_API_KEYS: Object.entries(keys)
      .map(([role, key]) => `${role}:${key}`)
      .join(","),
  };
  const lines: string[] = [];
  const report = (event: object) => lines.push(JSON.stringify(event));
  const store = join(folder, "keys");
  const guarded = await serve({ runs: [run], port: 0, store, log: true, threads: 1, environment, report });
  try {
    const as = (key?: string) => createClient({ url: guarded.url, key });
    expect(await refused(as().runs())).toMatchObject({ status: 401 });
    expect(await refused(as("wrong-key-0123456789").runs())).toMatchObject({ status: 401 });
    expect((await as(keys.read).runs()).runs).toHaveLength(1);
    expect(await refused(as(keys.read).recordEvents({ user: "a", item: "b" }))).toMatchObject({ status: 403 });
    expect(await as(keys.events).recordEvents({ user: "a", item: "b" })).toMatchObject({ accepted: 1 });
    expect(await refused(as(keys.events).events())).toMatchObject({ status: 403 });
    expect((await as(keys.admin).events()).events).toHaveLength(1);
    expect((await fetch(`${guarded.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${guarded.url}/healthz`)).status).toBe(200);
    const ready = async (headers = {}) => (await fetch(`${guarded.url}/readyz`, { headers })).json();
    expect(await ready()).toEqual({ status: "ready", problems: [] });
    expect(await ready({ "x-api-key": keys.read })).toMatchObject({ status: "ready", notices: [], runs: ["run"] });
    for (const key of Object.values(keys)) expect(lines.join("\n")).not.toContain(key);
    expect(lines.some((line) => line.includes("GET /v1/runs 401"))).toBe(true);
  } finally {
    await guarded.stop();
  }
  await expect(serve({ runs: [run], host: "0.0.0.0", environment: {} })).rejects.toThrow("there are no API keys");
});

test("two runs share the users by hash, the same way after a restart that names them in another order", async () => {
  const second = join(folder, "B");
  await cp(run, second, { recursive: true });
  const askers = Array.from({ length: 120 }, (_, at) => `stranger ${at}`);
  const options = { port: 0, store: join(folder, "ab"), threads: 1, environment: {} };
  const chosen: string[][] = [];
  for (const given of [
    { runs: [run, second], split: "run=75,B=25" },
    { runs: [second, run], split: "B=25,run=75" },
  ]) {
    const split = await serve({ ...options, ...given });
    const asked = createClient({ url: split.url });
    const answers = await Promise.all(askers.map((user) => asked.recommend({ user, count: 1 })));
    chosen.push(answers.map((answer) => answer.run));
    const shares = new Map((await asked.runs()).runs.map(({ name, share }) => [name, share]));
    expect([shares.get("run"), shares.get("B")]).toEqual([0.75, 0.25]);
    expect((await asked.attribution()).pairs).toHaveLength(1);
    await split.stop();
  }
  expect(chosen[1]).toEqual(chosen[0]);
  const share = chosen[0]!.filter((name) => name === "run").length / askers.length;
  // The store draws its own salt, so bounds lie five standard deviations off; split.test.ts holds the share itself.
  expect(share).toBeGreaterThan(0.5);
  expect(share).toBeLessThan(0.95);
  for (const words of ["run=70,B=20", "run=50,C=50", "run"])
    await expect(serve({ ...options, runs: [run, second], split: words })).rejects.toThrow("--split");
});

test("more questions than may wait are refused with a time to ask again", async () => {
  const store = join(folder, "busy");
  const options = { cache: 0, maxWaiting: 3, maxBatch: 1, threads: 1, environment: {} };
  const busy = await serve({ runs: [run], port: 0, store, ...options });
  const asked = createClient({ url: busy.url });
  const answers = await Promise.allSettled(users.map((user) => asked.recommend({ user, reasons: true })));
  const together = await asked.recommendBatch({ requests: users.map((user) => ({ user })) });
  const late = together.answers.flatMap((one) => ("error" in one ? [one.error] : []));
  expect(late.length).toBeGreaterThan(0);
  expect(late.every(({ code, retryAfter }) => code === "too_many" && retryAfter! >= 1)).toBe(true);
  const figures = await (await fetch(`${busy.url}/metrics`)).text();
  expect(figures).toContain(`isrf_batch_refusals_total{code="too_many"} ${late.length}`);
  await busy.stop();
  const refusals = answers.flatMap((one) => (one.status === "rejected" ? [one.reason as ServerError] : []));
  expect(refusals.length).toBeGreaterThan(0);
  expect(refusals.length).toBeLessThan(users.length);
  expect(refusals.every(({ status, retryAfter }) => status === 429 && retryAfter! >= 1)).toBe(true);
});

test("a server that stops does not wait for curves that are watched", async () => {
  const watched = await serve({ runs: [run], port: 0, store: join(folder, "watched"), threads: 1, environment: {} });
  const response = await fetch(`${watched.url}/v1/runs/run/curves/live`);
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain("event: open");
  const started = performance.now();
  await watched.stop();
  expect(performance.now() - started).toBeLessThan(8000);
  expect((await reader.read()).done).toBe(true);
});

test("figures, health and documents are there for whoever looks after it", async () => {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/isrf_answers_total\{made="model",cached="true"\} \d+/);
  expect(metrics).toContain('isrf_http_requests_total{operation="recommend",status="200"}');
  expect(metrics).toContain("isrf_batch_questions_bucket");
  expect(await (await fetch(`${server.url}/readyz`)).json()).toMatchObject({ status: "ready", runs: ["run"] });
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { openapi: string; paths: object };
  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.paths)).toContain("/v1/items/{id}/similar");
  expect(await (await fetch(`${server.url}/docs`)).text()).toContain("/v1/recommendations/batch");
});

// Listening to other servers through a database that goes away: by scripted clients, and by pg on a socket.
import { EventEmitter } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { missingPackage } from "../../../test/support/optional-package.ts";
import { OtherServers } from "./postgres-listener.ts";

const AGAIN_MS = 1000;
const noPg = missingPackage("pg");

/** As pg's: `end` is told of whatever ended it, a failed `connect` included. */
class ScriptedClient extends EventEmitter {
  isOpen = false;
  /** Connecting takes until then. */
  connects: Promise<void> | undefined;
  private readonly fails: "connect" | "query" | undefined;

  constructor(fails: "connect" | "query" | undefined) {
    super();
    this.fails = fails;
  }

  async connect(): Promise<void> {
    if (this.fails === "connect") {
      process.nextTick(() => this.emit("end"));
      throw new Error("refused");
    }
    await this.connects;
    this.isOpen = true;
  }

  async query(): Promise<void> {
    if (this.fails === "query") throw new Error("starting up");
  }

  async end(): Promise<void> {
    this.drop();
  }

  /** The connection breaks. */
  drop(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    process.nextTick(() => this.emit("end"));
  }
}

describe("a database that goes away", () => {
  let fails: "connect" | "query" | undefined;
  let connects: Promise<void> | undefined;
  let clients: ScriptedClient[];
  let others: OtherServers;
  let isThere: boolean;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    fails = undefined;
    clients = [];
    connects = undefined;
    const make = () => {
      const client = Object.assign(new ScriptedClient(fails), { connects });
      clients.push(client);
      return client as unknown as Client;
    };
    isThere = false;
    others = new OtherServers(make, "here", { isThere: async () => isThere });
    await others.listen();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test.each(["connect", "query"] as const)("is tried once a second while its %s fails, by one client", async (what) => {
    others.changed();
    fails = what;
    clients[0]!.drop();
    for (let second = 1; second <= 12; second++) {
      await vi.advanceTimersByTimeAsync(AGAIN_MS);
      expect(clients).toHaveLength(1 + second);
    }
    expect(clients.filter(({ isOpen }) => isOpen)).toEqual([]);
    expect(others.changed()).toEqual([]);
    fails = undefined;
    await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);
    expect(clients).toHaveLength(14);
    expect(clients.filter(({ isOpen }) => isOpen)).toHaveLength(1);
    expect(others.changed()).toBeUndefined();
    clients.at(-1)!.emit("notification", { channel: "isrf_events", payload: 'there ["ann"]' });
    expect(others.changed()).toEqual(["ann"]);
  });

  test("a server that nobody asks remembers no users without end: of very many, it may be anybody", () => {
    others.changed();
    for (let part = 0; part < 51; part++) {
      const users = Array.from({ length: 1000 }, (_, at) => `${part} ${at}`);
      clients[0]!.emit("notification", { channel: "isrf_events", payload: `there ${JSON.stringify(users)}` });
    }
    expect(others.changed()).toBeUndefined();
    clients[0]!.emit("notification", { channel: "isrf_events", payload: 'there ["ann"]' });
    expect(others.changed()).toEqual(["ann"]);
  });

  test("that answers, if not who listens, may know something new of anybody at each attempt", async () => {
    others.changed();
    fails = "connect";
    isThere = true;
    clients[0]!.drop();
    expect(others.changed()).toEqual([]);
    for (let second = 1; second <= 2; second++) {
      await vi.advanceTimersByTimeAsync(AGAIN_MS);
      expect(others.changed()).toBeUndefined();
      expect(others.changed()).toEqual([]);
    }
    expect(clients).toHaveLength(3);
  });

  test("an event of this server's own is news as well: the answer to it may have been lost", () => {
    others.changed();
    clients[0]!.emit("notification", { channel: "isrf_events", payload: 'here ["ann"]' });
    expect(others.changed()).toEqual(["ann"]);
  });

  test("tells of items that may have changed meanwhile, once", async () => {
    let told = 0;
    others.onItemsChanged(() => told++);
    clients[0]!.drop();
    await vi.advanceTimersByTimeAsync(5 * AGAIN_MS);
    expect(told).toBe(1);
  });

  test("is not tried any more by a server that has closed", async () => {
    fails = "connect";
    clients[0]!.drop();
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    await others.close();
    await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);
    expect(clients).toHaveLength(2);
  });

  test("a server that closes while it connects keeps no connection", async () => {
    let connect = () => {};
    connects = new Promise((resolve) => (connect = resolve));
    clients[0]!.drop();
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    await others.close();
    connect();
    await vi.advanceTimersByTimeAsync(10 * AGAIN_MS);
    expect(clients.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });
});

/** Says yes to whoever knocks and to every query; hangs up on all of them, and on who knocks, while it is down. */
class TinyPostgres {
  knocks = 0;
  isUp = true;
  readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.meet(socket));

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `postgres://isrf:x@127.0.0.1:${(this.server.address() as AddressInfo).port}/isrf`;
  }

  goDown(): void {
    this.isUp = false;
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.goDown();
    this.server.close();
  }

  private meet(socket: Socket): void {
    this.knocks++;
    this.sockets.add(socket.on("close", () => this.sockets.delete(socket)).on("error", () => {}));
    if (!this.isUp) return void socket.destroy();
    const welcome = [message("R", Buffer.alloc(4)), READY];
    socket.once("data", () => {
      socket.write(Buffer.concat(welcome));
      socket.on("data", (data) => data.toString("latin1", 0, 1) === "Q" && socket.write(Buffer.concat([DONE, READY])));
    });
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.from(`${type}....`);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

const READY = message("Z", Buffer.from("I"));
const DONE = message("C", Buffer.from("LISTEN\0"));

test.skipIf(noPg !== "")(
  `pg knocks at one pace however long the database is away, and then holds one connection${noPg}`,
  async () => {
    const { default: pg } = await import("pg");
    const postgres = new TinyPostgres();
    const connectionString = await postgres.listen();
    const others = new OtherServers(() => new pg.Client({ connectionString }), "here", { againMs: 20 });
    try {
      await others.listen();
      postgres.goDown();
      const started = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(postgres.knocks).toBeGreaterThan(2);
      // On a busy machine it was longer.
      expect(postgres.knocks).toBeLessThanOrEqual(2 + (performance.now() - started) / 20);
      postgres.isUp = true;
      others.changed();
      await expect.poll(() => others.changed(), { timeout: 5000 }).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(postgres.sockets.size).toBe(1);
    } finally {
      await others.close();
      postgres.close();
    }
  },
);

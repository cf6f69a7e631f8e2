// Objects in buckets of three services, and what a network and a server can do to them.
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openObjects } from "../../src/objects/index.ts";
import { BadNetwork, type Trouble } from "../support/bad-network.ts";
import { objectCases } from "../support/object-cases.ts";
import {
  environmentOf,
  missingMoto,
  missingVersity,
  type S3Server,
  startMoto,
  startS3rver,
  startVersity,
} from "../support/s3-server.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const QUICK = { tries: 8, firstMs: 20, longestMs: 100 };
const MIB = 2 ** 20;
const none: Trouble = { kind: "none" };

describe.skipIf(missingMoto !== "")(`objects in a bucket of moto${missingMoto}`, () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startMoto();
  });
  afterAll(() => server.remove());
  objectCases(() => ({
    address: "s3://bucket",
    environment: server.environment,
    // It looks at a condition, and puts a moment later.
    isExact: false,
    isOrdered: true,
  }));
});

describe.skipIf(missingVersity !== "")(`objects in a bucket of Versity's gateway${missingVersity}`, () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startVersity();
  });
  afterAll(() => server.remove());
  objectCases(() => ({ address: "s3://bucket", environment: server.environment, isExact: true, isOrdered: true }));
});

describe("objects in a bucket of s3rver", () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3rver();
  });
  afterAll(() => server.remove());

  objectCases(() => ({
    address: "s3://bucket",
    environment: server.environment,
    // It knows no conditions.
    isExact: false,
    isOrdered: false,
    damage: async (name) => {
      const path = join(server.folder, "bucket", `${name}._S3rver_object`);
      const bytes = await readFile(path);
      bytes[0]! ^= 1;
      await writeFile(path, bytes);
    },
  }));

  const through = (network: BadNetwork, address: string, replyMs = 2_000) =>
    openObjects(address, { environment: environmentOf(network.port), retries: QUICK, partBytes: 5 * MIB, replyMs });

  it("comes through a network that drops, delays and duplicates", async () => {
    await using network = await BadNetwork.before(server.port, () => none);
    const store = await through(network, "s3://bucket/network");
    const content = Buffer.alloc(6 * MIB, "there and back. ");
    const small = Buffer.alloc(100_000, "small ");
    const folder = await temporaryDirectory();
    const troubles: readonly Trouble[] = [
      { kind: "drop", side: "request", after: 50_000 },
      { kind: "drop", side: "request", after: 0 },
      { kind: "drop", side: "reply", after: 0 },
      { kind: "drop", side: "reply", after: 60_000 },
      { kind: "delay", ms: 20 },
      { kind: "duplicate" },
      { kind: "flip" },
    ];
    for (const trouble of troubles) {
      // The first connections are bad.
      network.become((connection) => (connection <= 2 ? trouble : none));
      await store.put("small", small);
      network.become((connection) => (connection <= 2 ? trouble : none));
      expect(small.equals(await store.get("small")), JSON.stringify(trouble)).toBe(true);
      if (trouble.kind === "flip" || trouble.kind === "delay") continue;
      network.become((connection) => (connection <= 2 ? trouble : none));
      await store.put("large", content);
      network.become((connection) => (connection <= 2 ? trouble : none));
      await store.fetch("large", join(folder, "large"));
      expect(content.equals(await readFile(join(folder, "large"))), JSON.stringify(trouble)).toBe(true);
    }
    store.close();
  });

  it("goes on with a file where a broken connection left it", async () => {
    await using network = await BadNetwork.before(server.port, () => none);
    const store = await through(network, "s3://bucket/goes-on");
    const content = Buffer.alloc(4 * MIB, "piece by piece. ");
    await store.put("x", content);
    network.become(() => ({ kind: "drop", side: "reply", after: 1.5 * MIB }));
    const path = join(await temporaryDirectory(), "x");
    await store.fetch("x", path);
    expect(content.equals(await readFile(path))).toBe(true);
    expect(network.connections).toBe(3);
    store.close();
  });

  it("fetches an object that takes longer than a reply may, and over connections that break oftener than it tries", async () => {
    await using network = await BadNetwork.before(server.port, () => none);
    // Longer than a busy machine keeps server, network and client, which are one process here, from passing a byte.
    const replyMs = 1_500;
    const store = await through(network, "s3://bucket/slow", replyMs);
    const content = Buffer.alloc(2 * MIB, "drop by drop. ");
    await store.put("x", content);
    const path = join(await temporaryDirectory(), "x");
    const begun = performance.now();
    network.become(() => ({ kind: "slow", bytesPerMs: 1024 }));
    await store.fetch("x", path);
    expect(content.equals(await readFile(path))).toBe(true);
    expect([network.connections, performance.now() - begun > replyMs]).toEqual([1, true]);
    network.become(() => ({ kind: "drop", side: "reply", after: 200_000 }));
    await store.fetch("x", path);
    expect(content.equals(await readFile(path))).toBe(true);
    expect(network.connections).toBeGreaterThan(QUICK.tries);
    store.close();
  });

  it("gives up on a network that stays bad, and says so", async () => {
    await using network = await BadNetwork.before(server.port, () => none);
    const store = await through(network, "s3://bucket/silent", 50);
    network.become(() => ({ kind: "delay", ms: 400 }));
    await expect(store.put("x", Buffer.from("tea"))).rejects.toThrow(/silent\/x: .* does not answer in time/);
    store.close();
  });

  it("a server killed in the middle of an upload and started again gets all of it", async () => {
    await using network = await BadNetwork.before(server.port, () => none);
    const patient = { tries: 40, firstMs: 50, longestMs: 300 };
    const environment = environmentOf(network.port);
    const store = await openObjects("s3://bucket/restart", { environment, retries: patient, partBytes: 5 * MIB });
    const content = Buffer.alloc(14 * MIB, "kept over a restart. ");
    network.become(() => ({ kind: "delay", ms: 5 }));
    const sending = store.put("x", content);
    while (!readdirSync(join(server.folder, "bucket")).includes("._S3rver_uploads")) await moment();
    await server.kill();
    expect(await Promise.race([sending.then(() => "sent"), moment().then(() => "under way")])).toBe("under way");
    await server.start();
    await sending;
    expect(content.equals(await store.get("x"))).toBe(true);
    store.close();
  });

  it("says what is wrong with address, bucket, keys, region and server", async () => {
    const { environment } = server;
    const once = { retries: { tries: 1, firstMs: 1, longestMs: 1 } };
    const opening = (address: string, more: Record<string, string | undefined>) =>
      openObjects(address, { environment: { ...environment, ...more }, ...once });
    await expect(opening("s3://", {})).rejects.toThrow(/expected s3:\/\/BUCKET\/PREFIX/);
    await expect(opening("s3://nowhere/x", {})).rejects.toThrow(/has no bucket nowhere\. Make it there/);
    await expect(opening("s3://bucket", { AWS_ACCESS_KEY_ID: "OTHER" })).rejects.toThrow(/knows no such access key/);
    await expect(opening("s3://bucket", { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" })).rejects.toThrow(
      /nobody answers at 127\.0\.0\.1:9\. Start the server/,
    );
    await expect(opening("s3://bucket", { AWS_ENDPOINT_URL_S3: "nine" })).rejects.toThrow(/AWS_ENDPOINT_URL_S3=nine/);
    await expect(
      opening("s3://bucket", { AWS_ENDPOINT_URL_S3: undefined, AWS_REGION: undefined, ISRF_OFFLINE: "1" }),
    ).rejects.toThrow(/ISRF_OFFLINE is set/);
  });
});

const moment = () => new Promise((done) => setTimeout(done, 5));

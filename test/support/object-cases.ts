// What every object store must do, run on each: keep, list, refuse, and survive whoever is killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sha256 } from "../../src/base/files.ts";
import {
  DamagedObjectError,
  fetchFolder,
  MissingObjectError,
  type ObjectStore,
  openObjects,
  publishFolder,
} from "../../src/objects/index.ts";
import { temporaryDirectory } from "./temporary.ts";

export interface StoreUnderTest {
  readonly address: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of several who put once at one moment, exactly one hears that it was the first. */
  readonly isExact: boolean;
  /** False for a server that lists "b/1" before "b-1". */
  readonly isOrdered: boolean;
  /** Change a bit of what lies under a name, behind the store's back. */
  readonly damage?: ((name: string) => Promise<void>) | undefined;
}

const MIB = 2 ** 20;
const PART_BYTES = 5 * MIB;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** `at` gives the same store each time. */
export function objectCases(at: () => StoreUnderTest): void {
  const withStore = async (folder: string, work: (store: ObjectStore, address: string) => Promise<void>) => {
    const address = `${at().address}/${folder}`;
    const { environment, isOrdered } = at();
    const pageObjects = isOrdered ? 2 : undefined;
    const store = await openObjects(address, { environment, partBytes: PART_BYTES, pageObjects });
    try {
      await work(store, address);
    } finally {
      store.close();
    }
  };

  test("gives back what was put, with its size and hash, and the last of two", async () => {
    await withStore("keeps", async (store) => {
      const content = Buffer.from("soft and durable");
      const facts = { name: "a/b.txt", bytes: 16, sha256: sha256(content) };
      expect(await store.put("a/b.txt", content)).toEqual(facts);
      expect(text(await store.get("a/b.txt"))).toBe("soft and durable");
      expect(await store.facts("a/b.txt")).toEqual(facts);
      await store.put("a/b.txt", Buffer.from("light"));
      await store.put("empty", Buffer.alloc(0));
      expect(text(await store.get("a/b.txt"))).toBe("light");
      expect((await store.facts("a/b.txt"))?.sha256).toBe(sha256("light"));
      expect(await store.get("empty")).toHaveLength(0);
      await store.remove("a/b.txt");
      await store.remove("a/b.txt");
      expect(await store.facts("a/b.txt")).toBeUndefined();
    });
  });

  test("says which object is missing, and refuses names that lead elsewhere", async () => {
    await withStore("missing", async (store) => {
      await expect(store.get("no/such")).rejects.toThrow(MissingObjectError);
      await expect(store.fetch("no/such", join(await temporaryDirectory(), "x"))).rejects.toThrow(/no\/such: no such/);
      expect(await store.facts("no")).toBeUndefined();
      for (const name of ["../up", "/root", "a//b", ".hidden", "a/.b", "", "a/", "ä"])
        await expect(store.put(name, Buffer.from("x"))).rejects.toThrow(/^object name/);
    });
  });

  test("lists a folder in order of names, and what comes after one", async () => {
    await withStore("lists", async (store) => {
      const names = ["b/2", "b-1", "b/10", "b/1/x", "a", "bb"];
      for (const name of names) await store.put(name, Buffer.from(name));
      const listed = async (folder: string, after?: string) => {
        const found: string[] = [];
        for await (const { name, bytes } of store.list(folder, { after })) {
          expect(bytes).toBe(name.length);
          found.push(name);
        }
        return found;
      };
      const all = await listed("");
      expect(at().isOrdered ? all : all.sort()).toEqual(["a", "b-1", "b/1/x", "b/10", "b/2", "bb"]);
      expect(await listed("b/")).toEqual(["b/1/x", "b/10", "b/2"]);
      expect(await listed("b/", "b/10")).toEqual(["b/2"]);
      expect(await listed("c/")).toEqual([]);
      await expect(listed("b")).rejects.toThrow(/ends in "\/"/);
    });
  });

  test("puts once, and leaves what is there", async () => {
    await withStore("once", async (store) => {
      expect(await store.putOnce("x", Buffer.from("first"))).toBe(true);
      expect(await store.putOnce("x", Buffer.from("second"))).toBe(false);
      expect(text(await store.get("x"))).toBe("first");
      const many = Array.from({ length: 8 }, (_, n) => Buffer.alloc(20_000, `${n}`));
      const told = await Promise.all(many.map((content) => store.putOnce("race", content)));
      const firsts = told.filter((isFirst) => isFirst).length;
      if (at().isExact) expect(firsts).toBe(1);
      else expect(firsts).toBeGreaterThan(0);
      const found = await store.get("race");
      expect(many.some((content) => content.equals(found))).toBe(true);
      if (at().isExact) expect(many[told.indexOf(true)]!.equals(found)).toBe(true);
    });
  });

  test("carries a large file in parts, there and back", async () => {
    await withStore("large", async (store) => {
      const folder = await temporaryDirectory();
      const content = Buffer.alloc(2 * PART_BYTES + 12_345, "many parts make one whole. ");
      await writeFile(join(folder, "large"), content);
      const facts = await store.put("large", { file: join(folder, "large") });
      expect(facts).toEqual({ name: "large", bytes: content.length, sha256: sha256(content) });
      expect(await store.fetch("large", join(folder, "back", "large"))).toEqual(facts);
      expect(content.equals(await readFile(join(folder, "back", "large")))).toBe(true);
      expect(await readdir(join(folder, "back"))).toEqual(["large"]);
    });
  });

  test("publishes a folder, sends what changed alone, and fetches it whole", async () => {
    await withStore("folders", async (store) => {
      const folder = await temporaryDirectory();
      await mkdir(join(folder, "shop", "deep"), { recursive: true });
      await writeFile(join(folder, "shop", "items.txt"), "tea");
      await writeFile(join(folder, "shop", "deep", "users.txt"), "ann");
      await writeFile(join(folder, "shop", ".lock"), "not part of it");
      await writeFile(join(folder, "shop", "journal.db"), "left out");
      const publish = () =>
        publishFolder(store, join(folder, "shop"), { includes: (path) => !path.endsWith("journal.db") });
      const first = await publish();
      expect(first).toMatchObject({ files: 2, bytes: 6, sent: 2 });
      expect(await publish()).toEqual({ ...first, sent: 0 });
      const place = await fetchFolder(store, first.hash, join(folder, "cache"));
      expect(await fetchFolder(store, first.hash, join(folder, "cache"))).toBe(place);
      expect((await readdir(place, { recursive: true })).sort()).toEqual(["deep", "deep/users.txt", "items.txt"]);
      expect(await readFile(join(place, "deep", "users.txt"), "utf8")).toBe("ann");
      await writeFile(join(folder, "shop", "items.txt"), "mug");
      const second = await publish();
      expect(second.sent).toBe(1);
      expect(second.hash).not.toBe(first.hash);
      await expect(fetchFolder(store, sha256("other"), join(folder, "cache"))).rejects.toThrow(MissingObjectError);
    });
  });

  test("a folder whose files are gone stays absent, and goes on when they are back", async () => {
    await withStore("resumes", async (store) => {
      const folder = await temporaryDirectory();
      await mkdir(join(folder, "shop"));
      for (const name of ["a", "b"]) await writeFile(join(folder, "shop", name), name);
      const { hash } = await publishFolder(store, join(folder, "shop"));
      const lost = `contents/${sha256("b").slice(0, 2)}/${sha256("b")}`;
      await store.remove(lost);
      const cache = join(folder, "cache");
      await expect(fetchFolder(store, hash, cache)).rejects.toThrow(MissingObjectError);
      expect((await readdir(cache)).filter((name) => !name.startsWith("."))).toEqual([]);
      await rm(join(folder, "shop", "a"));
      await store.put(lost, Buffer.from("b"));
      await store.remove(`contents/${sha256("a").slice(0, 2)}/${sha256("a")}`);
      expect(await readFile(join(await fetchFolder(store, hash, cache), "a"), "utf8")).toBe("a");
    });
  });

  test("refuses damaged bytes, and names the object", async ({ skip }) => {
    const { damage } = at();
    if (damage === undefined) return skip("this server keeps its objects out of reach");
    await withStore("damage", async (store) => {
      await store.put("d/x", Buffer.from("soft and durable"));
      await damage("damage/d/x");
      await expect(store.get("d/x")).rejects.toThrow(DamagedObjectError);
      await expect(store.get("d/x")).rejects.toThrow(`${store.address}/d/x: found content with SHA-256`);
      const folder = await temporaryDirectory();
      await expect(store.fetch("d/x", join(folder, "x"))).rejects.toThrow(DamagedObjectError);
      expect(await readdir(folder)).toEqual([]);
      await store.put("d/x", Buffer.from("mended"));
      expect(text(await store.get("d/x"))).toBe("mended");
    });
  });

  test("writers killed with -9 leave a name absent or whole, and one whole content of two writers", async () => {
    await withStore("killed", async (store, address) => {
      const begin = (letters: string) => writer(address, "x", 6 * MIB, letters, at().environment);
      const writers = await Promise.all([begin("ab"), begin("cd")]);
      for (const [n, child] of writers.entries()) {
        await sleep(150 + 100 * n);
        child.kill("SIGKILL");
        await once(child, "exit");
        if ((await store.facts("x")) === undefined) continue;
        const found = await store.get("x");
        expect(found.length).toBe(6 * MIB);
        expect(Buffer.from(found).equals(Buffer.alloc(6 * MIB, found[0]))).toBe(true);
      }
      const names: string[] = [];
      for await (const { name } of store.list("")) names.push(name);
      expect(names.filter((name) => name !== "x")).toEqual([]);
      await store.put("x", Buffer.from("after them"));
      expect(text(await store.get("x"))).toBe("after them");
    });
  });
}

async function writer(
  address: string,
  name: string,
  bytes: number,
  letters: string,
  environment: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const program = new URL("put-forever.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", program, address, name, String(bytes), letters], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

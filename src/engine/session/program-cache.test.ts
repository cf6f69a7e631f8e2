import { expect, it } from "vitest";
import { ProgramCache } from "./program-cache.ts";

/** Notes what is disposed of; made when `finish` is called. */
function programs() {
  const disposed: string[] = [];
  const waiting = new Map<string, Deferred<{ dispose(): Promise<void> }>>();
  const make = (name: string) => () => {
    const made = deferred<{ dispose(): Promise<void> }>();
    waiting.set(name, made);
    return made.promise;
  };
  const dispose = (name: string) => async () => void disposed.push(name);
  return {
    disposed,
    make,
    finish: (name: string) => waiting.get(name)!.resolve({ dispose: dispose(name) }),
    fail: (name: string) => waiting.get(name)!.reject(new Error(name)),
  };
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: Error): void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<T>((done, failed) => {
    [resolve, reject] = [done, failed];
  });
  return { promise, resolve, reject };
}

const turn = () => new Promise((done) => setImmediate(done));

it("keeps a program that is being made, since whoever waits has not run it", async () => {
  const { disposed, make, finish } = programs();
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(1);
  const [a, b] = [cache.get("a", make("a")), cache.get("b", make("b"))];
  await turn();
  finish("a");
  finish("b");
  await Promise.all([a, b]);
  await turn();
  expect(disposed).toEqual([]);
  const c = cache.get("c", make("c"));
  await turn();
  expect(disposed).toEqual(["a", "b"]);
  finish("c");
  await c;
});

it("makes a program whatever became of one that makes room for it", async () => {
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(1);
  const broken = { dispose: async () => {} };
  const first = cache.get("a", async () => {
    throw new Error("no a");
  });
  const second = cache.get("b", async () => broken);
  await expect(first).rejects.toThrow("no a");
  expect(await second).toBe(broken);
});

it("forgets a program that could not be made, and not the next one of its key", async () => {
  const { make, finish, fail } = programs();
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(4);
  const first = cache.get("a", make("a"));
  await turn();
  const ended = cache.dispose();
  const again = cache.get("a", make("again"));
  fail("a");
  await expect(first).rejects.toThrow("a");
  await ended;
  await turn();
  finish("again");
  expect(await cache.get("a", make("never"))).toBe(await again);
});

it("disposes of all programs, though one could not be made and another not be disposed of", async () => {
  const { disposed, make, finish, fail } = programs();
  const cache = new ProgramCache<{ dispose(): Promise<void> }>(4);
  const stuck = async () => ({ dispose: () => Promise.reject(new Error("stuck")) });
  const asked = [cache.get("a", make("a")), cache.get("b", stuck), cache.get("c", make("c"))];
  asked[0]!.catch(() => {});
  await turn();
  const end = cache.dispose();
  fail("a");
  finish("c");
  await expect(end).rejects.toThrow("stuck");
  expect(disposed).toEqual(["c"]);
});

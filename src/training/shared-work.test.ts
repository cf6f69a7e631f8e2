import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import type { ProgressEvent } from "../base/progress.ts";
import { SharedWork } from "./shared-work.ts";
import { workKey } from "./work-key.ts";

/** Work that counts how often it is made. */
function counted(size = 4) {
  const times = { made: 0 };
  const how = {
    make: async () => {
      times.made++;
      return Float32Array.from({ length: size }, (_, i) => i / 3);
    },
    pack: (data: Float32Array) => ({ arrays: { data }, facts: { size } }),
    unpack: ({ arrays }: { readonly arrays: Readonly<Record<string, unknown>> }) => arrays.data as Float32Array,
  };
  return { times, how };
}

async function work(limitBytes = 1e6) {
  const events: ProgressEvent[] = [];
  const directory = await temporaryDirectory();
  return {
    shared: new SharedWork(directory, { limitBytes, report: (event) => events.push(event) }),
    directory,
    events,
  };
}

describe("shared work", () => {
  it("is made once for equal inputs, and read to the last bit", async () => {
    const { shared } = await work();
    const { times, how } = counted();
    const first = await shared.recall("pca", { rows: 3, data: Int32Array.of(1, 2) }, how);
    const second = await shared.recall("pca", { data: Int32Array.of(1, 2), rows: 3 }, how);
    expect(times.made).toBe(1);
    expect(second).toEqual(first);
    await shared.recall("pca", { rows: 3, data: Int32Array.of(1, 3) }, how);
    await shared.recall("codes", { rows: 3, data: Int32Array.of(1, 2) }, how);
    expect(times.made).toBe(3);
    expect(shared.tally).toMatchObject({ reused: 1, made: 3 });
  });

  it("is of use to its own training where it cannot be kept", async () => {
    const { shared, directory, events } = await work();
    await rm(directory, { recursive: true });
    await writeFile(directory, "a file in the folder's place");
    const { how } = counted();
    expect(await shared.recall("pca", {}, how)).toEqual(await how.make());
    expect(events).toMatchObject([{ kind: "warning", message: expect.stringMatching(/could not be kept .*goes on/) }]);
  });

  it("makes a damaged entry anew, and says so", async () => {
    const { shared, directory, events } = await work();
    const { times, how } = counted();
    await shared.recall("pca", {}, how);
    const path = join(directory, (await readdir(directory))[0]!);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    expect(await shared.recall("pca", {}, how)).toEqual(await how.make());
    expect(events).toMatchObject([{ kind: "warning", message: expect.stringContaining("made anew") }]);
    await shared.recall("pca", {}, how);
    expect(times.made).toBe(3); // Once by the test itself.
  });

  it("keeps what was used last within its bounds", async () => {
    const { shared } = await work(10_000);
    const { times, how } = counted(1000);
    for (const n of [1, 2, 3, 4]) await shared.recall("pca", { n }, how);
    expect(await shared.size()).toMatchObject({ entries: 2 });
    await shared.recall("pca", { n: 4 }, how);
    expect(times.made).toBe(4);
  });

  it("does not keep what is not packed", async () => {
    const { shared } = await work();
    const { times, how } = counted();
    for (const _ of [1, 2]) await shared.recall("pca", {}, { ...how, pack: () => undefined });
    expect(times.made).toBe(2);
  });
});

describe("a key of work", () => {
  it("is of values and their types, not of an object's order", () => {
    expect(workKey({ a: 1, b: [2] })).toBe(workKey({ b: [2], a: 1, c: undefined }));
    const keys = [{ a: 1 }, { a: "1" }, { a: [1] }, { a: Int32Array.of(1) }, { a: Float32Array.of(1) }, { b: 1 }];
    expect(new Set(keys.map(workKey)).size).toBe(keys.length);
  });
});

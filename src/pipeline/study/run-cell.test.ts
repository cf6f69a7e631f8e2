import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mountRefusal, smallDisk } from "../../../test/support/small-disk.ts";
import { CancelledError } from "../../base/errors.ts";
import { synthesiseShop } from "../../data/index.ts";
import { compile, DeviceError, mul, trace } from "../../engine/index.ts";
import { type CellOptions, cellDirectory, readCell, runCell } from "./run-cell.ts";
import { DEFAULT_STUDY } from "./study-config.ts";
import { type Cell, cellOf, planSystems } from "./study-plan.ts";

const hasCuda = await compile(
  trace((t) => ({ y: mul(t.input("x", [1]), 2) })),
  { device: "cuda" },
).then(
  (executable) => executable.dispose().then(() => true),
  () => false,
);

const noDisk = mountRefusal();

let folder: string;
let cell: Cell;
const options = (out: string, more: Partial<CellOptions> = {}): CellOptions => ({
  out: join(folder, out),
  dataset: join(folder, "shop"),
  embeddings: "lsa",
  threads: 1,
  ...more,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-cell-"));
  await synthesiseShop({ users: 40, items: 80, seed: 5, out: join(folder, "shop") });
  const set = { epochs: 2, width: 8, batch: 16, checkpointEvery: 1 };
  const [sasrec] = planSystems({ ...DEFAULT_STUDY, systems: [{ model: "sasrec", set }], trials: 1 });
  cell = cellOf("shop", sasrec!, 0, 1);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe(`the disk of a study${noDisk === undefined ? "" : ` (${noDisk})`}`, () => {
  it.skipIf(noDisk !== undefined)(
    "may be full for a while: the training is no failure, and goes on later",
    async () => {
      const disk = smallDisk(8192);
      try {
        const out = join(disk.folder, "study");
        const report = (event: { kind: string; stage?: string }) => {
          if (event.kind === "step" && event.stage === "train") disk.fill();
        };
        await expect(runCell(cell, options(out, { out, report }))).rejects.toThrow(/the disk is full|ENOSPC/);
        disk.clear();
        expect(await readCell(out, cell)).toBeUndefined();
        const record = await runCell(cell, options(out, { out }));
        expect(record.failed).toBeUndefined();
        expect(record.training?.epoch).toBe(2);
      } finally {
        disk.remove();
      }
    },
  );
});

describe("the device of a study", () => {
  it.skipIf(hasCuda)("may change where a training has not begun: the device was not there", async () => {
    await expect(runCell(cell, options("a", { device: "cuda" }))).rejects.toThrow(DeviceError);
    await expect(runCell(cell, options("a", { device: "cuda" }))).rejects.toThrow(DeviceError);
    const record = await runCell(cell, options("a"));
    expect(record.training?.epoch).toBe(2);
    expect(record.resumed).toBeUndefined();
    expect(record.memory!.peakBytes).toBeGreaterThan(0);
    expect(record.command).not.toContain("--device");
  });

  it("stays where a training was begun, and is recorded so", async () => {
    const stop = new AbortController();
    const report = (event: { kind: string; stage?: string }) => {
      if (event.kind === "step" && event.stage === "train") stop.abort();
    };
    const stopped = runCell(cell, options("b", { signal: stop.signal, report }));
    await expect(stopped).rejects.toThrow(CancelledError);
    const record = await runCell(cell, options("b", { device: "cuda" }));
    expect(record.training?.epoch).toBe(2);
    // Neither the memory nor the whole time of several processes is known.
    expect(record).toMatchObject({ resumed: true, threads: 1 });
    expect([record.memory, record.wallSeconds]).toEqual([undefined, undefined]);
    expect(record.command).not.toContain("--device");
    expect(record.command).toContain(cellDirectory(join(folder, "b"), cell));
  });
});

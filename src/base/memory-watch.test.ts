import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundled } from "../../test/support/bundled.ts";
import { deviceMemory, MemoryWatch, peakResidentBytes } from "./memory-watch.ts";

it("reads a process's own lines of the driver, in bytes", () => {
  const lines = "17, 300\n4711, 2048\n4711, 2\n8, [N/A]\n";
  expect(deviceMemory(lines, 4711)).toBe(2050 * 2 ** 20);
  expect(deviceMemory(lines, 9)).toBeUndefined();
  expect(deviceMemory(lines, 8)).toBeUndefined();
});

it("has a peak that is no less than the start", () => {
  const { peakBytes, startBytes, deviceBytes } = new MemoryWatch(false).stop();
  expect(peakBytes).toBeGreaterThanOrEqual(startBytes);
  expect(deviceBytes).toBeUndefined();
});

it.skipIf(process.platform !== "linux")(
  "a process's largest size is its own, not that of who began it (Linux)",
  async () => {
    const held = Buffer.alloc(400 * 2 ** 20, 1);
    const source = JSON.stringify(join(import.meta.dirname, "memory-watch.ts"));
    const program = await bundled(`import { peakResidentBytes } from ${source};\nconsole.log(peakResidentBytes());`);
    const ofChild = Number(execFileSync(process.execPath, [program], { encoding: "utf8" }));
    expect(ofChild).toBeGreaterThan(0);
    expect(ofChild).toBeLessThan(held.length);
    expect(peakResidentBytes()).toBeGreaterThan(held.length);
  },
);

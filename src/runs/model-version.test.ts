import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { modelVersion } from "./model-version.ts";

const POINTERS = JSON.stringify({ best: "best-00000001", last: "last-00000001" });

test("is another for each part that was trained again, and the same while none was", async () => {
  const run = await temporaryDirectory();
  const seen = [await modelVersion(run)];
  for (const [part, words] of [
    ["checkpoint", "one"],
    ["sequence/checkpoint", "one"],
    ["evidence", "one"],
    ["evidence", "two"],
    ["sequence/checkpoint", "two"],
    ["checkpoint", "two"],
  ] as const) {
    const folder = join(run, part);
    const best = part === "evidence" ? folder : join(folder, "best-00000001");
    await mkdir(best, { recursive: true });
    await writeFile(join(best, "checksums.json"), words);
    if (best !== folder) await writeFile(join(folder, "current.json"), POINTERS);
    seen.push(await modelVersion(run));
    expect(await modelVersion(run)).toBe(seen.at(-1));
  }
  expect(new Set(seen).size).toBe(seen.length);
});

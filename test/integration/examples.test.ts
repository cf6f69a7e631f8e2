import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const EXAMPLE = join(import.meta.dirname, "../../examples/two-layer-network.ts");

describe("examples/two-layer-network.ts", () => {
  it("learns exclusive or", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", EXAMPLE], {
      cwd: join(import.meta.dirname, "../.."),
    });
    const lines = stdout.trim().split("\n");
    const [epoch, loss, ...answers] = lines.at(-1)!.split(" ").map(Number);
    expect(lines).toHaveLength(4);
    expect(epoch).toBe(300);
    expect(loss).toBeLessThan(0.01);
    expect(answers.map(Math.round)).toEqual([0, 1, 1, 0]);
  });

  it("takes fewer than 40 lines and imports the engine's front door alone", async () => {
    const text = await readFile(EXAMPLE, "utf8");
    expect(text.trim().split("\n").length).toBeLessThan(40);
    expect([...text.matchAll(/from "([^"]+)";/g)].map(([, path]) => path)).toEqual(["../src/engine/index.ts"]);
  });
});

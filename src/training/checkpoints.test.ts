import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryWith, temporaryDirectory } from "../../test/support/temporary.ts";
import { exists, readJson, writeJsonAtomic } from "../base/files.ts";
import { Checkpoints } from "./checkpoints.ts";
import { MetricsLog } from "./metrics-log.ts";

const fill = (content: string) => (directory: string) => writeFile(join(directory, "model"), content);

describe("checkpoints", () => {
  it("keep what the pointer names and nothing else", async () => {
    const directory = await temporaryDirectory();
    const checkpoints = new Checkpoints(directory);
    await checkpoints.write("last", 10, fill("a"));
    await checkpoints.write("best", 10, fill("b"));
    await checkpoints.write("last", 20, fill("c"));
    expect((await readdir(directory)).sort()).toEqual(["best-00000010", "current.json", "last-00000020"]);
    expect(basename((await checkpoints.find("last"))!)).toBe("last-00000020");
  });

  it("never rename the current checkpoint away when a step is written again", async () => {
    const directory = await temporaryDirectory();
    const checkpoints = new Checkpoints(directory);
    await checkpoints.write("last", 10, fill("a"));
    await checkpoints.write("last", 10, async (temporary) => {
      // While the second is written, and until the pointer moves, the first is whole where the pointer says.
      expect(await exists(join((await checkpoints.find("last"))!, "model"))).toBe(true);
      await fill("b")(temporary);
    });
    expect(basename((await checkpoints.find("last"))!)).toBe("last-00000010.2");
    await checkpoints.write("last", 10, fill("c"));
    expect(basename((await checkpoints.find("last"))!)).toBe("last-00000010");
  });

  it("point at a whole checkpoint wherever a write is killed", async () => {
    const directory = await temporaryDirectory();
    const checkpoints = new Checkpoints(directory);
    await checkpoints.write("last", 1, fill("a"));
    // Killed while filling: a partial directory stays behind.
    await mkdir(join(directory, ".last-00000002.abcd.partial"));
    // Killed after the directory, before the pointer.
    await mkdir(join(directory, "last-00000003"));
    // Killed before the stale ones were removed.
    await mkdir(join(directory, "last-00000000"));
    expect(basename((await checkpoints.find("last"))!)).toBe("last-00000001");
    await checkpoints.write("last", 3, fill("b"));
    expect((await readdir(directory)).sort()).toEqual(["current.json", "last-00000003.2"]);
    for (const name of Object.values((await readJson(join(directory, "current.json"))) as Record<string, string>)) {
      expect(await exists(join(directory, name, "model"))).toBe(true);
    }
  });

  it("leave the old checkpoint current when filling the new one fails", async () => {
    const checkpoints = new Checkpoints(await temporaryDirectory());
    await checkpoints.write("last", 1, fill("a"));
    const full = () => Promise.reject(new Error("disk full"));
    await expect(checkpoints.write("last", 2, full)).rejects.toThrow("disk full");
    expect(basename((await checkpoints.find("last"))!)).toBe("last-00000001");
  });

  it("are none before the first write", async () => {
    const directory = await temporaryDirectory();
    expect(await Checkpoints.ofRun(directory).find("best")).toBeUndefined();
    await writeJsonAtomic(join(directory, "checkpoint", "current.json"), {});
    expect(await Checkpoints.ofRun(directory).find("best")).toBeUndefined();
  });
});

describe("metrics.jsonl", () => {
  const line = (step: number) => ({ kind: "train", step, epoch: 0, figures: { loss: step / 2 } }) as const;

  it("drops what was logged after a checkpoint, and a half-written last line", async () => {
    const directory = await directoryWith({
      "metrics.jsonl": `${JSON.stringify(line(1))}\n${JSON.stringify(line(2))}\n{"kind":"tra`,
    });
    const log = new MetricsLog(join(directory, "metrics.jsonl"));
    expect(await log.read()).toEqual([line(1), line(2)]);
    await log.truncateAfter(1);
    await log.append(line(3));
    expect(await log.read()).toEqual([line(1), line(3)]);
    await log.clear();
    expect(await log.read()).toEqual([]);
  });
});

import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryWith, temporaryDirectory } from "../../../test/support/temporary.ts";
import { prepareDemoDirectory } from "./demo-directory.ts";

test("makes a directory that is not there yet, and takes an empty one", async () => {
  for (const out of [join(await temporaryDirectory(), "new"), await temporaryDirectory()]) {
    await prepareDemoDirectory(out);
    expect(await readdir(out)).toEqual(["demo.json"]);
  }
});

test("replaces what an earlier demo wrote, whole or stopped, and leaves other files alone", async () => {
  const out = await temporaryDirectory();
  const paths = await prepareDemoDirectory(out);
  await mkdir(paths.run);
  await writeFile(join(paths.run, "config.json"), "{}");
  await writeFile(paths.report, "old");
  await writeFile(join(out, "notes.txt"), "mine");
  await prepareDemoDirectory(out);
  expect(existsSync(paths.run)).toBe(false);
  expect(existsSync(paths.report)).toBe(false);
  expect(existsSync(join(out, "notes.txt"))).toBe(true);
});

test("refuses a directory with files that no demo wrote, and touches none of them", async () => {
  for (const files of [{ "report.html": "mine" }, { "demo.json": '{"kind":"tape"}', "report.html": "mine" }]) {
    const out = await directoryWith(files);
    await expect(prepareDemoDirectory(out)).rejects.toThrow("has files that no demo wrote");
    expect(existsSync(join(out, "report.html"))).toBe(true);
  }
});

import { mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { withScratch } from "../../base/scratch.ts";
import { FileNames } from "./named-files.ts";

const open = (words: string | readonly string[], glob = false) =>
  withScratch(async (scratch) => {
    const files = await new FileNames({ glob, scratch }).open(words, "--interactions");
    return files.map(({ name }) => basename(name));
  });

it("expands patterns on request, numbers by size, and takes names for names otherwise", async () => {
  const directory = await directoryWith({
    "p-10.csv": "",
    "p-9.csv": "",
    "p-[x].csv": "",
    ".p-1.csv": "",
    "q.csv": "",
  });
  expect(await open(join(directory, "p-[0-9]*.csv"), true)).toEqual(["p-9.csv", "p-10.csv"]);
  expect(await open(join(directory, "p-[x].csv"))).toEqual(["p-[x].csv"]);
  await expect(open(join(directory, "p-*.csv"))).rejects.toThrow(/no such file.*add --glob/);
  await expect(open(join(directory, "r-*.csv"), true)).rejects.toThrow(/no file has such a name/);
});

it("refuses folders, and files that are named twice, also by another path", async () => {
  const directory = await directoryWith({ "a.csv": "" });
  await mkdir(join(directory, "b"));
  await symlink(join(directory, "a.csv"), join(directory, "c.csv"));
  await writeFile(join(directory, "b", "a.csv"), "");
  expect(await open(["a.csv", "b/a.csv"].map((name) => join(directory, name)))).toEqual(["a.csv", "a.csv"]);
  await expect(open(["a.csv", "c.csv"].map((name) => join(directory, name)))).rejects.toThrow(/same file as/);
  await expect(open(directory)).rejects.toThrow(/that is a folder.*--glob/);
});

import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { InputError } from "../base/errors.ts";
import { filesIn, isShown } from "./folder-files.ts";

async function folders() {
  const root = await temporaryDirectory();
  const [folder, elsewhere] = [join(root, "run"), join(root, "elsewhere")];
  await mkdir(join(elsewhere, "deep"), { recursive: true });
  await mkdir(folder);
  await writeFile(join(elsewhere, "table"), "");
  await writeFile(join(elsewhere, "deep", "page"), "");
  return { folder, elsewhere, files: async () => (await filesIn(folder, "", isShown)).sort() };
}

it("has what links lead to, files and folders, and twice what two lead to", async () => {
  const { folder, elsewhere, files } = await folders();
  await symlink(join(elsewhere, "table"), join(folder, "table"));
  await symlink(join(elsewhere, "deep"), join(folder, "a"));
  await symlink(join(elsewhere, "deep"), join(folder, "b"));
  await symlink("nowhere", join(folder, ".hidden"));
  expect(await files()).toEqual(["a/page", "b/page", "table"]);
});

it("refuses links that lead nowhere or in a circle", async () => {
  for (const [target, words] of [
    ["nowhere", "found a link that leads nowhere"],
    ["link", "found a link that leads in a circle"],
    [".", "found a link to a folder that it lies in"],
  ] as const) {
    const { folder, files } = await folders();
    await symlink(target, join(folder, "link"));
    await expect(files()).rejects.toThrow(InputError);
    await expect(files()).rejects.toThrow(`${join(folder, "link")}: ${words}`);
  }
});

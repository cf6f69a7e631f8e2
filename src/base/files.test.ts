import { open, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { OperationError } from "./errors.ts";
import { exists, writeAllAt, writeFileAtomic } from "./files.ts";

describe("exists", () => {
  it("says no where nothing is, and of paths that nothing can have", async () => {
    const folder = await temporaryDirectory();
    const file = join(folder, "file");
    await writeFile(file, "");
    expect(await exists(file)).toBe(true);
    for (const path of [join(folder, "none"), join(file, "below"), join(folder, "x".repeat(5000)), "nul\0"])
      expect(await exists(path), path.slice(-10)).toBe(false);
  });

  it("takes no other error for absence", async () => {
    const circle = join(await temporaryDirectory(), "circle");
    await symlink(circle, circle);
    await expect(exists(circle)).rejects.toThrow(OperationError);
    await expect(exists(circle)).rejects.toThrow(`${circle}: its links lead in a circle.`);
  });
});

it("writes on where a call took a part", async () => {
  const path = join(await temporaryDirectory(), "file");
  const file = await open(path, "w");
  const write = async (bytes: Uint8Array, from: number, count: number, at: number) =>
    file.write(bytes, from, Math.min(count, 3), at);
  await writeAllAt({ write } as Pick<typeof file, "write">, Buffer.from("Grüße aus Bonn"), 2);
  await file.close();
  expect(await readFile(path, "utf8")).toBe("\0\0Grüße aus Bonn");
});

describe("writeFileAtomic", () => {
  it("writes the pieces of a text one after another, and leaves nothing where one cannot be made", async () => {
    const folder = await temporaryDirectory();
    function* pieces(isWhole: boolean) {
      yield "Grüße, ";
      if (!isWhole) throw new Error("no more");
      yield "you";
    }
    await writeFileAtomic(join(folder, "whole"), pieces(true));
    expect(await readFile(join(folder, "whole"), "utf8")).toBe("Grüße, you");
    await expect(writeFileAtomic(join(folder, "half"), pieces(false))).rejects.toThrow(/no more/);
    expect(await readdir(folder)).toEqual(["whole"]);
  });
});

import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { OperationError } from "./errors.ts";
import { exists } from "./files.ts";

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

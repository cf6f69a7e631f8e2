import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { productVersion } from "../../src/base/product-version.ts";

const BUILT = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

// `npm test` builds first; Windows has no run bit.
it.skipIf(!existsSync(BUILT) || process.platform === "win32")("what npm run build writes may be run", async () => {
  const { stdout } = await promisify(execFile)(BUILT, ["--version"]);
  expect(stdout.trim()).toBe(productVersion());
});

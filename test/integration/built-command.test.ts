// What `npm run build` writes; `npm test` builds first.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { productVersion } from "../../src/base/product-version.ts";

const run = promisify(execFile);
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const BUILT = join(DIST, "cli", "main.js");

/** What `code` prints, run beside the package. */
async function said(code: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", code], { cwd: dirname(DIST) });
  return JSON.parse(stdout);
}

describe.skipIf(!existsSync(BUILT))("what npm run build writes", () => {
  // Windows has no run bit.
  it.skipIf(process.platform === "win32")("may be run", async () => {
    const { stdout } = await run(BUILT, ["--version"]);
    expect(stdout.trim()).toBe(productVersion());
  });

  it("has the same classes at all its doors", async () => {
    const code = `
      import { DeviceError, UsageError } from "isrf";
      import * as engine from "isrf/engine";
      const thrown = (() => { try { engine.parseDevice("abacus"); } catch (error) { return error; } })();
      console.log(JSON.stringify([engine.DeviceError === DeviceError, thrown instanceof UsageError]));`;
    expect(await said(code)).toEqual([true, true]);
  });

  it("gives the client no part that only Node has", async () => {
    expect(await readFile(join(DIST, "client", "index.js"), "utf8")).not.toMatch(/^import /m);
  });

  it("starts the command with tens of modules", async () => {
    const counting = `export async function load(url, context, next) { process._rawDebug("module " + url); return next(url, context); }`;
    const hook = `import { register } from "node:module"; register("data:text/javascript,${encodeURIComponent(counting)}");`;
    const { stderr } = await run(process.execPath, [
      "--import",
      `data:text/javascript,${encodeURIComponent(hook)}`,
      BUILT,
      "models",
    ]);
    expect(stderr.split("\n").filter((line) => line.startsWith("module file:")).length).toBeLessThan(120);
  });

  it("names sources in stacks that were asked for", async () => {
    const failed = run(process.execPath, [BUILT, "recommend", DIST, "--user", "1"], {
      env: { ...process.env, ISRF_DEBUG: "1" },
    });
    await expect(failed).rejects.toMatchObject({ stderr: expect.stringMatching(/src[/\\]runs[/\\]run\.ts:\d+/) });
  });

  it("carries the licence of each package that went into it", async () => {
    const chunks = join(DIST, "chunks");
    const licences = await readFile(join(chunks, "LICENCES.txt"), "utf8");
    const maps = (await readdir(chunks)).filter((name) => name.endsWith(".map"));
    const sources = (await Promise.all(maps.map((name) => readFile(join(chunks, name), "utf8")))).flatMap(
      (map) => (JSON.parse(map) as { sources: string[] }).sources,
    );
    const packages = sources.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
    expect(packages).toContain("zod");
    expect([...new Set(packages)].filter((name) => !licences.includes(`\n## ${name} `))).toEqual([]);
  });
});

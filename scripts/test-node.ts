// usage: npm run test:node -- MAJOR... [--all]
// Runs the tests that meet Node itself (files, streams, processes, threads, native parts) with other versions of it, or
// with --all every test. Each Node comes from the npm registry, as a package without an install script.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const MEETS_NODE = [
  "src/base",
  "src/cli",
  "src/data/duckdb.test.ts",
  "src/data/readers/catalogue.test.ts",
  "src/data/sources/elsewhere",
  "src/data/sources/json-table.test.ts",
  "src/data/sources/several-tables.test.ts",
  "src/engine/engine.test.ts",
  "src/reasoning/llm",
  "test/integration/built-command.test.ts",
  "test/integration/cli-process.test.ts",
  "test/integration/data-commands.test.ts",
  "test/integration/demo.test.ts",
];

/** @returns the binary, in a folder that `npm ci` clears. */
function nodeOf(major: string): string {
  const folder = join("node_modules", ".cache", `node-${major}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  execFileSync("npm", ["install", "--silent", "--no-save", `node@npm:${name}@${major}`], { cwd: folder, shell: true });
  return join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { all: { type: "boolean" } } });
if (positionals.length === 0) throw new Error("usage: npm run test:node -- MAJOR... [--all]");
for (const major of positionals) {
  if (!/^\d+$/.test(major)) throw new Error(`${major}: expected a major version of Node, such as 24`);
  const node = nodeOf(major);
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  console.log(`Node ${version}`);
  const tests = values.all ? [] : MEETS_NODE;
  // `.ci/run` counts the tests of its own Node.
  const { ISRF_TEST_RESULTS: _, ...environment } = process.env;
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(node, [vitest, "run", "--reporter=dot", ...tests], {
    stdio: "inherit",
    env: environment,
  });
  if (status !== 0) throw new Error(`tests fail with Node ${version}`);
}

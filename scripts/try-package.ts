// The package as its users get it: packs what `npm run build` made, lets publint and are-the-types-wrong judge it,
// follows the links of its pages, installs it in an empty folder without any setting, and runs its command and doors.
import { execFileSync, execSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { OWN_PROGRAMS } from "../src/base/own-program.ts";

const MEGABYTE = 1_000_000;
/** Of all that `npm install isrf` writes on Linux x64; docs/decisions/0018-carried-in-the-package.md says of what. */
/** Of it, workers over Redis and S3 take some 38 (bullmq, ioredis, @aws-sdk/client-s3). */
const LARGEST_INSTALL_MB = 360;

function run(title: string, command: string, folder: string): void {
  const began = performance.now();
  execSync(command, { cwd: folder, env: withoutOurSettings(), stdio: ["ignore", "ignore", "inherit"] });
  console.log(`${title.padEnd(34)}${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** What this clone's .npmrc says must not reach the installation. */
function withoutOurSettings(): NodeJS.ProcessEnv {
  const ours = /^(npm_config_ignore_scripts|npm_config_onnxruntime.*|ONNXRUNTIME_NODE_INSTALL.*)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

/** Links of the Markdown pages below `folder` that lead to no file of it. */
function brokenLinks(folder: string): string[] {
  const pages = filesBelow(folder).filter((path) => path.endsWith(".md"));
  return pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)]
      .filter(([, target = ""]) => !existsSync(join(dirname(page), target)))
      .map(([, target]) => `${relative(folder, page)}: ${target}`),
  );
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

const folder = mkdtempSync(join(tmpdir(), "isrf-package-"));
try {
  const clone = process.cwd();
  demand(existsSync("dist/onnxruntime"), "dist/onnxruntime: not there. `npm run build` comes first.");
  run("npm pack", `npm pack --silent --pack-destination ${JSON.stringify(folder)}`, clone);
  const [name = ""] = readdirSync(folder);
  const tarball = join(folder, name);
  run("publint", `npx --no-install publint --strict ${JSON.stringify(tarball)}`, clone);
  run("are the types wrong", `npx --no-install attw --profile esm-only ${JSON.stringify(tarball)}`, clone);

  const empty = mkdtempSync(join(folder, "empty-"));
  // A project of its own: without this file npm would install into a package further up, where there is one.
  writeFileSync(join(empty, "package.json"), '{ "private": true }');
  run("npm install", `npm install ${JSON.stringify(tarball)}`, empty);
  const installed = join(empty, "node_modules");
  demand(!existsSync(join(installed, "onnxruntime-node")), "onnxruntime-node was installed beside the package");
  const megabytes = filesBelow(installed).reduce((sum, path) => sum + statSync(path).size, 0) / MEGABYTE;
  console.log(`${"installed".padEnd(34)}${megabytes.toFixed(0)} MB`);
  demand(megabytes < LARGEST_INSTALL_MB, `${megabytes.toFixed(0)} MB installed, expected below ${LARGEST_INSTALL_MB}`);
  const missing = OWN_PROGRAMS.filter((name) => !existsSync(join(installed, "isrf", "dist", `${name}.js`)));
  demand(missing.length === 0, `not in the package: ${missing.join(", ")}`);
  const broken = brokenLinks(join(installed, "isrf"));
  demand(broken.length === 0, `links that lead nowhere:\n${broken.join("\n")}`);

  run("isrf models", "npx --no-install isrf models", empty);
  run("isrf demo", "npx --no-install isrf demo --users 60 --items 60 --epochs 1 --out demo --quiet", empty);
  run("isrf recommend", "npx --no-install isrf recommend demo/run --user 1 --top 3", empty);
  const study = join(installed, "isrf", "examples", "study-tiny.yaml");
  run("isrf data synth", "npx --no-install isrf data synth --users 60 --items 60 --out shop", empty);
  run(
    "isrf study compare",
    `npx --no-install isrf study compare --config ${JSON.stringify(study)} --print-config`,
    empty,
  );
  writeFileSync(join(empty, "doors.mjs"), 'import "isrf";\nimport "isrf/engine";\nimport "isrf/client";\n');
  execFileSync(process.execPath, ["doors.mjs"], { cwd: empty, stdio: "inherit" });
  console.log("the package works as its users get it");
} finally {
  rmSync(folder, { recursive: true, force: true });
}

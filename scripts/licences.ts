// usage: npm run licences [-- --sbom FILE]
// Lists what an installation holds, with licences, from the lock file: docs/licences.md, and with --sbom the same as
// CycloneDX for programs. Throws where a licence is not one of those that ask for a notice alone.
import { execSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { BUNDLED_PACKAGES } from "./bundle.ts";

const NOTICE_ALONE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "Unlicense",
]);

/** Packages whose code `npm run build` puts into ours, by their place in the lock file. */
const CARRIED: readonly string[] = [
  ...[...BUNDLED_PACKAGES].map((name) => `node_modules/${name}`),
  "node_modules/onnxruntime-node",
  "node_modules/preact",
  "node_modules/@preact/signals",
  "node_modules/@preact/signals-core",
  "node_modules/wouter-preact",
  "node_modules/regexparam",
];

/** Where the lock file names none, or not by its SPDX name: as the LICENSE of each reads. */
const READ_BY_HAND: Readonly<Record<string, string>> = { usearch: "Apache-2.0", "@duckdb/node-bindings": "MIT" };

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly carried: boolean;
}

/** What an installation of the package holds, every platform's binaries counted. */
function installed(): Installed[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
  return Object.entries(packages)
    .filter(([place, { dev, devOptional }]) => place !== "" && (CARRIED.includes(place) || !(dev || devOptional)))
    .map(([place, { version, license }]) => {
      const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
      const licence = READ_BY_HAND[name.replace(/(?<=^@duckdb\/node-bindings)-.*/, "")] ?? license ?? "not named";
      if (!NOTICE_ALONE.has(licence))
        throw new Error(`${name}: licence ${licence}, expected one that asks for a notice`);
      return { name, version, licence, carried: CARRIED.includes(place) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const bomSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ name: z.string() }) }),
  components: z.array(z.looseObject({ name: z.string(), version: z.string() })),
});

/** npm's own list, whose `--omit=dev` would leave out what dev dependencies need too. */
function bomOf(packages: readonly Installed[]): unknown {
  const command = "npm sbom --sbom-format=cyclonedx --package-lock-only";
  const bom = bomSchema.parse(JSON.parse(execSync(command, { encoding: "utf8", maxBuffer: 2 ** 26 })));
  bom.metadata.component.name = "isrf";
  bom.components = packages.flatMap(({ name, version, licence }) =>
    bom.components
      .filter((component) => component.name === name && component.version === version)
      .map((component) => ({ ...component, licenses: [{ license: { id: licence } }] })),
  );
  return bom;
}

export function licencesPage(packages: readonly Installed[] = installed()): string {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const summary = [...counts].sort(([, a], [, b]) => b - a).map(([licence, count]) => `${licence} ${count}`);
  const rows = packages.map(
    ({ name, version, licence, carried }) => `| ${name}${carried ? " *" : ""} | ${version} | ${licence} |`,
  );
  return `# Licences

isrf is under the MIT licence. An installation holds these packages, written by \`npm run licences\` from the lock file:
${summary.join(", ")}. None asks for more than a notice.

| package | version | licence |
|---|---|---|
${rows.join("\n")}

\\* Lies in isrf itself, with its licence: in \`dist/onnxruntime\`, \`dist/chunks/LICENCES.txt\` and
\`dist/ui/LICENCES.md\`. onnxruntime's binaries hold parts of other projects, listed in
\`dist/onnxruntime/ThirdPartyNotices.txt\`. Among them is Eigen under the Mozilla Public License 2.0, which asks that
changes to Eigen's own files be published; we change none.
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({ options: { sbom: { type: "string" } } });
  const packages = installed();
  writeFileSync(join("docs", "licences.md"), licencesPage(packages));
  if (values.sbom !== undefined) writeFileSync(values.sbom, `${JSON.stringify(bomOf(packages), null, 2)}\n`);
}

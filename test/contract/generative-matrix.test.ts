import { expect, test } from "vitest";
import { elmrec } from "../../src/recommenders/elmrec/elmrec.ts";
import { generativeSchema } from "../../src/recommenders/generative/options/options.ts";
import { type GenerativeSystem, systemOptions } from "../../src/recommenders/generative/options/system.ts";
import { isrf } from "../../src/recommenders/isrf/isrf.ts";
import { p5 } from "../../src/recommenders/p5/p5.ts";
import { pod } from "../../src/recommenders/pod/pod.ts";
import { rslProxy } from "../../src/recommenders/rsl-proxy/rsl-proxy.ts";

const SYSTEMS: readonly GenerativeSystem[] = [isrf, elmrec, pod, p5, rslProxy];
const NAMES = Object.keys(generativeSchema.shape) as (keyof typeof generativeSchema.shape)[];

const cell = (system: GenerativeSystem, name: (typeof NAMES)[number], value: unknown): string => {
  if (system.idle.includes(name)) return "";
  return name in system.fixed ? `**${value}**` : `${value}`;
};

function matrixOf(preset: "mini" | "small"): string {
  const values = SYSTEMS.map((system) => systemOptions(system, preset));
  const rows = NAMES.map((name) => [name, ...SYSTEMS.map((s, i) => cell(s, name, values[i]![name]))] as const);
  const isCommon = ([, first, ...others]: readonly string[]): boolean => others.every((other) => other === first);
  const table = rows.filter((row) => !isCommon(row)).map((row) => `| ${row.join(" | ")} |`);
  const common = rows.filter(isCommon).map(([name, value]) => `${name} ${value === "" ? "empty" : value}`);
  return `## Preset \`${preset}\`

| option | ${SYSTEMS.map(({ title }) => title).join(" | ")} |
|---|${SYSTEMS.map(() => "---").join("|")}|
${table.join("\n")}

The same for all: ${common.join(", ")}.
`;
}

const PAGE = `# What sets the generative systems apart

Every option of the systems that write item ids, in the two presets of experiments; \`tiny\` is \`mini\` at a smaller size.
Bold: fixed, it makes the system what it is. Empty: without effect there. Everything else can be set, and stands here with
the preset's value. RSL-proxy trains a further task beside these options, blank infilling. \`isrf models NAME\` says what an
option means and where its value comes from; [baselines.md](baselines.md#the-generative-systems) gives the reasons.

This page is written by test/contract/generative-matrix.test.ts (\`npx vitest run test/contract/generative-matrix.test.ts -u\` after a change).

${matrixOf("small")}
${matrixOf("mini")}`;

test("docs/generative-matrix.md shows the options of every generative system as they are", async () => {
  await expect(PAGE).toMatchFileSnapshot("../../docs/generative-matrix.md");
});

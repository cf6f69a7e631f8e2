import { expect, test } from "vitest";
import { wrap } from "../../src/cli/text.ts";
import { elmrec } from "../../src/recommenders/elmrec/elmrec.ts";
import { generativeSchema } from "../../src/recommenders/generative/options/options.ts";
import { type GenerativeSystem, systemOptions } from "../../src/recommenders/generative/options/system.ts";
import { isrfOptionSpace } from "../../src/recommenders/isrf/definition.ts";
import { isrf } from "../../src/recommenders/isrf/isrf.ts";
import {
  applies,
  factsOf,
  type OptionFacts,
  resolveOptions,
  type Values,
} from "../../src/recommenders/options/index.ts";
import { p5 } from "../../src/recommenders/p5/p5.ts";
import { pod } from "../../src/recommenders/pod/pod.ts";
import { rslProxy } from "../../src/recommenders/rsl-proxy/rsl-proxy.ts";

const SYSTEMS: readonly GenerativeSystem[] = [isrf, elmrec, pod, p5, rslProxy];

const OPTIONS = factsOf(generativeSchema);

/** Empty where the option does nothing beside the system's other values. */
const cell = (system: GenerativeSystem, option: OptionFacts, values: Values): string => {
  if (!applies(option, values)) return "";
  const value = values[option.name] === "" ? "(empty)" : String(values[option.name]);
  return option.name in system.fixed ? `**${value}**` : value;
};

function matrixOf(preset: "mini" | "small"): string {
  const values = SYSTEMS.map((system): Values => {
    // ISRF's presets choose witnesses beside its backbone, and with them that it has no heads.
    return system === isrf ? resolveOptions(isrfOptionSpace, preset) : systemOptions(system, preset);
  });
  const rows = OPTIONS.map((option) => [option.name, ...SYSTEMS.map((s, i) => cell(s, option, values[i]!))] as const);
  const isCommon = ([, first, ...others]: readonly string[]): boolean => others.every((other) => other === first);
  const table = rows.filter((row) => !isCommon(row)).map((row) => `| ${row.join(" | ")} |`);
  const [common, idle] = [true, false].map((hasEffect) =>
    rows.filter((row) => isCommon(row) && (row[1] !== "") === hasEffect),
  );
  return `## Preset \`${preset}\`

| option | ${SYSTEMS.map(({ title }) => title).join(" | ")} |
|---|${SYSTEMS.map(() => "---").join("|")}|
${table.join("\n")}

${wrap(`The same for all: ${common!.map(([name, value]) => `${name} ${value}`).join(", ")}.`, 120).join("\n")}

${idle!.length === 0 ? "" : `${wrap(`Without effect in all: ${idle!.map(([name]) => name).join(", ")}.`, 120).join("\n")}\n`}`;
}

const PAGE = `# What sets the generative systems apart

Every option of the systems that write item ids, in the two presets of experiments; \`tiny\` is smaller, with rates,
visits and a warm start of its own. Bold: fixed, it makes the system what it is. Empty: it does nothing beside the
system's other values, and setting it is refused. Everything else can be set, and stands here with the preset's value.
RSL-proxy trains a further task beside these options, blank infilling. ISRF's options of witnesses (group \`evidence\`)
stand in \`isrf models isrf\` alone. \`isrf models NAME\` says what an option means and where its value comes from;
[baselines.md](baselines.md#the-generative-systems) gives the reasons.

This page is written by test/contract/generative-matrix.test.ts (\`npx vitest run test/contract/generative-matrix.test.ts -u\` after a change).

${matrixOf("small")}
${matrixOf("mini")}`;

test("docs/generative-matrix.md shows the options of every generative system as they are", async () => {
  await expect(PAGE).toMatchFileSnapshot("../../docs/generative-matrix.md");
});

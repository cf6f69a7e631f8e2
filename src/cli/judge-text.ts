// What `isrf reason judge` tells a person.
import type { JudgeReport, KindReport } from "../pipeline/reason/index.ts";
import { CHECKS, type Check, STEPS } from "../reasoning/index.ts";
import { printable } from "./text.ts";

export function judgeText({ source, promptVersion, kinds, worst }: JudgeReport): string {
  const checks = Object.entries(CHECKS).map(([check, meaning]) => {
    const shares = kinds.map((kind) => share(kind.passed[check as Check], kind));
    return `${check.padEnd(12)}${shares.join("")}  ${meaning}`;
  });
  return [
    `texts by ${printable(source)}, prompts ${printable(promptVersion)}`,
    "",
    `${"".padEnd(12)}${kinds.map(({ kind }) => `${kind}s`.padStart(8)).join("")}`,
    `${"complete".padEnd(12)}${kinds.map(({ complete, drawn }) => `${complete}/${drawn}`.padStart(8)).join("")}`,
    ...checks,
    `${"all".padEnd(12)}${kinds.map((kind) => share(kind.allPassed, kind)).join("")}  chains that pass every check`,
    `${"alike".padEnd(12)}${kinds.map((kind) => share(kind.alike, kind)).join("")}  FEATURE texts that another has too`,
    ...worst.flatMap(({ kind, id, title, texts, missed }) => [
      "",
      `${kind} ${printable(id)}${title === undefined ? "" : `: ${printable(title)}`}  (not ${missed.join(", ")})`,
      ...STEPS.map((step) => `  ${step.padEnd(9)} ${printable(texts[step])}`),
    ]),
  ].join("\n");
}

function share(count: number, { complete }: KindReport): string {
  return (complete === 0 ? "-" : `${((100 * count) / complete).toFixed(0)} %`).padStart(8);
}

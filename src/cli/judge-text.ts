// What `isrf reason judge` tells a person.
import type { Calibration, JudgeReport, KindReport, KindVerdicts } from "../pipeline/reason/index.ts";
import { type Agreement, CHECKS, type Check, STEPS } from "../reasoning/index.ts";
import { printable } from "./text.ts";

export function judgeText(
  { source, promptVersion, kinds, judge, calibration, worst }: JudgeReport,
  page?: string,
): string {
  const checks = Object.entries(CHECKS).map(([check, meaning]) => {
    const shares = kinds.map((kind) => share(kind.passed[check as Check], kind));
    return `${check.padEnd(12)}${shares.join("")}  ${meaning}`;
  });
  return [
    `texts by ${printable(source)}, prompts ${printable(promptVersion)}`,
    "",
    heading(kinds),
    `${"complete".padEnd(12)}${kinds.map(({ complete, drawn }) => `${complete}/${drawn}`.padStart(8)).join("")}`,
    ...checks,
    `${"all".padEnd(12)}${kinds.map((kind) => share(kind.allPassed, kind)).join("")}  chains that pass every check`,
    `${"alike".padEnd(12)}${kinds.map((kind) => share(kind.alike, kind)).join("")}  FEATURE texts that another has too`,
    ...(judge === undefined ? [] : byModel(kinds, judge)),
    ...(judge === undefined || calibration === undefined ? [] : calibrated(judge.model, calibration)),
    ...worst.flatMap(({ kind, id, title, texts, missed, verdicts }) => [
      "",
      `${kind} ${printable(id)}${title === undefined ? "" : `: ${printable(title)}`}  (${blame(missed, verdicts)})`,
      ...STEPS.map((step) => `  ${step.padEnd(9)} ${printable(texts[step])}`),
    ]),
    ...(page === undefined ? [] : ["", `every chain in ${printable(page)}`]),
  ].join("\n");
}

function heading(kinds: readonly KindReport[]): string {
  return `${"".padEnd(12)}${kinds.map(({ kind }) => `${kind}s`.padStart(8)).join("")}`;
}

function byModel(kinds: readonly KindReport[], judge: NonNullable<JudgeReport["judge"]>): string[] {
  const { model, asked, reused, unclear, promptTokens, completionTokens } = judge;
  const verdicts = kinds.map((kind) => kind.byModel!);
  const rows = Object.keys(verdicts[0]!.passed).map((name) => {
    const check = name as keyof KindVerdicts["passed"];
    const shares = verdicts.map(({ passed, judged }) => share(passed[check], { complete: judged }));
    return `${check.padEnd(12)}${shares.join("")}  ${verdicts.map((each, i) => `${kinds[i]!.kind}s ${agreed(each.agreement[check])}`).join(", ")}`;
  });
  const tokens = `${promptTokens} tokens in prompts, ${completionTokens} in answers`;
  return [
    "",
    `by ${printable(model)}: ${asked} asked, ${reused} known from before, ${unclear} unclear; ${tokens}`,
    `${heading(kinds)}  agreement with the rule (kappa: beyond chance)`,
    ...rows,
  ];
}

/** Up to here agreement is "slight". Landis, J. R. and Koch, G. G. (1977), doi:10.2307/2529310. */
const SLIGHT_KAPPA = 0.2;

function calibrated(model: string, calibration: Calibration): string[] {
  const { replies, usable, calledUsable, unclear, asked, reused, agreement } = calibration;
  const { kappa = 0 } = agreement;
  const doubt = kappa > SLIGHT_KAPPA ? [] : ["hardly more than by chance: what it says of the texts means little"];
  return [
    "",
    `${printable(model)} on ${replies} labelled replies: ${asked} asked, ${reused} known from before, ${unclear} unclear`,
    `people call ${usable} of them usable, it calls ${calledUsable} so; agreement ${agreed(agreement)}`,
    ...doubt,
  ];
}

function agreed({ share: same, kappa, count }: Agreement): string {
  if (count === 0) return "-";
  return `${(100 * same).toFixed(0)} % (${kappa === undefined ? "one answer only" : kappa.toFixed(2)})`;
}

function blame(missed: readonly Check[], verdicts: Readonly<Record<string, boolean>> = {}): string {
  const denied = Object.entries(verdicts).flatMap(([check, holds]) => (holds ? [] : [check]));
  const rule = missed.length === 0 ? [] : [`not ${missed.join(", ")}`];
  return [...rule, ...(denied.length === 0 ? [] : [`by the model not ${denied.join(", ")}`])].join("; ");
}

function share(count: number, { complete }: Pick<KindReport, "complete">): string {
  return (complete === 0 ? "-" : `${((100 * count) / complete).toFixed(0)} %`).padStart(8);
}

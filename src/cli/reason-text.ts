// What `isrf reason` tells a person.
import type { ReasoningEstimate, ReasonResult } from "../pipeline/reason/index.ts";
import type { Taken } from "../reasoning/index.ts";
import { formatSeconds } from "./rate.ts";
import { printable } from "./text.ts";

export function resultText({ items, users, tally, alike, adapted, cost, ...result }: ReasonResult): string {
  const flaws = flawsText(tally);
  const asked = `${tally.asked} asked, ${tally.reused} from the journal, ${tally.failed} failed`;
  const givenUp = tally.givenUp === 0 ? "" : `, ${tally.givenUp} given up (--attempts)`;
  const thinking = tally.thinkingTokens === 0 ? "" : `, of which ${tally.thinkingTokens} thinking`;
  const isCutShort = result.stoppedBy === "error" || result.stoppedBy === "interruption";
  // How many more the journal holds was not looked at.
  const complete = (counts: typeof items) =>
    `${isCutShort ? "at least " : ""}${counts.complete} of ${counts.subjects} complete`;
  const rows: (readonly [string, string] | undefined)[] = [
    ["texts by", printable(result.source)],
    ["items", complete(items)],
    ["users", complete(users)],
    ["answers", `${asked}${givenUp}`],
    tally.calls === 0 ? undefined : ["calls", `${tally.calls}`],
    adapted.items + adapted.users === 0
      ? undefined
      : [
          "adapted",
          `${adapted.items} items and ${adapted.users} users have a similar one's texts, with their own names`,
        ],
    flaws === "" ? undefined : ["unusable", `${flaws}; ${tally.repaired} repaired by asking again`],
    alike.items + alike.users === 0
      ? undefined
      : ["alike", `${alike.items} items and ${alike.users} users have the same text as another`],
    result.suspiciousItems === 0
      ? undefined
      : ["suspicious", `${result.suspiciousItems} items whose description gives orders to a language model`],
    ["tokens", `${tally.promptTokens} in prompts${cachedText(tally)}, ${tally.completionTokens} in answers${thinking}`],
    cost === undefined ? undefined : ["cost", cost.toFixed(4)],
    ["time", `${result.seconds.toFixed(1)} s`],
    result.stopped === undefined ? undefined : ["stopped", printable(result.stopped)],
  ];
  const steps = Object.entries(tally.steps);
  // Rules answer without calls worth a table.
  return tally.completionTokens === 0 ? table(rows) : `${table(rows)}\n\n${stepTable(steps, result.stepCosts)}`;
}

function cachedText({ promptTokens, cachedTokens }: Taken): string {
  return cachedTokens === 0 ? "" : ` (${((100 * cachedTokens) / promptTokens).toFixed(0)} % from the server's cache)`;
}

/** "3 repeated, 1 copied", the commonest first. */
function flawsText({ flaws }: Taken): string {
  const counts = Object.entries(flaws).sort(([, a], [, b]) => b - a);
  return counts.map(([flaw, n]) => `${n} ${flaw}`).join(", ");
}

/** What every step took, per call where that says more. */
function stepTable(steps: readonly (readonly [string, Taken])[], costs: ReasonResult["stepCosts"]): string {
  const counts = ["asked", "failed", "calls", "prompt tokens", "cached", "answer tokens"];
  const head = ["step", ...counts, ...(costs === undefined ? [] : ["cost"]), "s a call", "unusable"];
  const lines = steps.map(([step, taken]) => [
    step,
    `${taken.asked}`,
    `${taken.failed}`,
    `${taken.calls}`,
    `${taken.promptTokens}`,
    `${taken.cachedTokens}`,
    `${taken.completionTokens}`,
    ...(costs === undefined ? [] : [costs[step]!.toFixed(4)]),
    (taken.milliseconds / 1000 / Math.max(taken.calls, 1)).toFixed(2),
    flawsText(taken),
  ]);
  const isText = (column: number) => column === 0 || column === head.length - 1;
  const widths = head.map((word, i) => Math.max(word.length, ...lines.map((line) => line[i]!.length)));
  return [head, ...lines]
    .map((line) => line.map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

export function estimateText(estimate: ReasoningEstimate): string {
  const { answered, failed, atOnce } = estimate;
  const basis =
    answered + failed === 0
      ? `assumed answers of ${estimate.answerLength}, no thinking; --sample N asks a few users first and measures`
      : `measured on ${answered + failed} questions in the journal, ${(atOnce ?? 1).toFixed(1)} at once`;
  const rows: (readonly [string, string] | undefined)[] = [
    ["answered", `${answered} questions${failed === 0 ? "" : `, ${failed} asked without a usable answer`}`],
    ["to ask", `${estimate.questions} questions, about ${Math.round(estimate.calls)} calls`],
    estimate.adapted.items + estimate.adapted.users === 0
      ? undefined
      : [
          "adapted",
          `up to ${estimate.adapted.items} items and ${estimate.adapted.users} users take a similar one's texts; whom these do not fit is asked about`,
        ],
    ["tokens", `${Math.round(estimate.promptTokens)} in prompts, ${Math.round(estimate.completionTokens)} in answers`],
    ["computed", `${Math.round(estimate.computedTokens)} of those in prompts, where the server keeps what they share`],
    ["time", timeOf(estimate)],
    estimate.cost === 0 ? undefined : ["cost", estimate.cost.toFixed(4)],
    ["basis", basis],
  ];
  return table(rows);
}

function timeOf({ seconds, waves }: ReasoningEstimate): string {
  if (waves !== undefined)
    return `${waves} waves or a few more for repairs, each within the server's window for batches`;
  return seconds === undefined ? "unknown before anything is measured" : formatSeconds(seconds);
}

function table(rows: readonly (readonly [string, string] | undefined)[]): string {
  return rows.flatMap((row) => (row === undefined ? [] : `${row[0].padEnd(14)}${row[1]}`)).join("\n");
}

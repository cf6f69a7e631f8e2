// L7, L8 and histories: measured on the questions as they reached the model, asked twice.
import { createHash } from "node:crypto";
import { percent } from "../../base/written-numbers.ts";
import type { Split, SplitName } from "../../data/index.ts";
import { checkPositions } from "../../evaluation/index.ts";
import type { AskedTwice } from "./ask-twice.ts";
import { absent, type Finding, found, notMeasurable } from "./finding.ts";
import type { Recorded } from "./recording.ts";

const DIRECT_ONLY = "the model has no direct task";

export function questionLeaks(asked: AskedTwice, split: Split, splitName: SplitName): Finding[] {
  return [positions(asked.first, split[splitName]), mutations(asked), histories(asked.first, split, splitName)];
}

function positions(records: readonly Recorded[], targets: Int32Array): Finding {
  const direct = records.filter(({ candidates }) => candidates !== undefined);
  if (direct.length === 0) return notMeasurable("L7", DIRECT_ONLY);
  const slots = direct[0]!.candidates!.length;
  const places = Int32Array.from(direct, ({ candidates, userIndex }) => candidates!.indexOf(targets[userIndex!]!));
  const damaged = direct.filter(
    ({ candidates }, i) => places[i] === -1 || candidates!.length !== slots || new Set(candidates).size !== slots,
  ).length;
  const checks = rounds(direct).map((round) =>
    checkPositions(
      Int32Array.from(round, (i) => places[i]!).filter((place) => place >= 0),
      slots,
    ),
  );
  if (damaged === 0 && checks.every(({ verdict }) => verdict === "unknown"))
    return notMeasurable("L7", checks[0]!.detail);
  const last = places.reduce((sum, place) => sum + Number(place === slots - 1), 0) / places.length;
  return found(
    "L7",
    checks.some(({ verdict }) => verdict === "fail") || damaged > 0,
    `position of the positive among ${slots}: ${checks.map(({ detail }) => detail).join("; ")}; last in ${percent(last, 1)} of ${direct.length} questions; ${damaged} questions without it, with repeats or of another length`,
    { questions: direct.length, lastShare: last, damaged },
  );
}

/**
 * Places in `records` of every user's first question, of every second one and so on: questions of one user share a
 * shuffle.
 */
function rounds(records: readonly Recorded[]): number[][] {
  const asked = new Map<number | undefined, number>();
  const found: number[][] = [];
  records.forEach(({ userIndex }, i) => {
    const round = asked.get(userIndex) ?? 0;
    asked.set(userIndex, round + 1);
    if (found[round] === undefined) found[round] = [];
    found[round].push(i);
  });
  return found;
}

function mutations({ first, second, changedRequests, stored }: AskedTwice): Finding {
  const questions = (records: readonly Recorded[]) =>
    hashOf(records, ({ candidates }) => candidates ?? new Int32Array());
  const answers = (records: readonly Recorded[]) => hashOf(records, ({ list }) => list.items);
  if (first.every(({ candidates }) => candidates === undefined))
    return absent("L8", `${DIRECT_ONLY}, so there are no candidate lists`);
  const sameQuestions = questions(first) === questions(second);
  const sameAnswers = answers(first) === answers(second);
  const isStored = stored.before === stored.after;
  return found(
    "L8",
    !sameQuestions || !isStored || changedRequests > 0,
    `asked twice, the candidates ${sameQuestions ? "are the same" : "differ"} (SHA-256 ${questions(first).slice(0, 12)}, ${questions(second).slice(0, 12)}), the stored negatives ${isStored ? "unchanged" : "changed"}, ${changedRequests} requests changed by the model; the answers ${sameAnswers ? "are the same" : "differ"}`,
    { changedRequests, sameQuestions: Number(sameQuestions), sameAnswers: Number(sameAnswers) },
  );
}

function hashOf(records: readonly Recorded[], part: (record: Recorded) => Int32Array): string {
  const hash = createHash("sha256");
  for (const record of records) hash.update(part(record));
  return hash.digest("hex");
}

/** The test question knows the validation item and no more; no question knows its answer. */
function histories(records: readonly Recorded[], split: Split, splitName: SplitName): Finding {
  let withAnswer = 0;
  let other = 0;
  for (const { userIndex, history } of records) {
    const user = userIndex!;
    const prefix = split.prefixes[user]!;
    const known = splitName === "test" ? [...prefix, split.valid[user]!] : [...prefix];
    if (history.includes(split[splitName][user]!)) withAnswer++;
    if (history.length !== known.length || known.some((item, i) => history[i] !== item)) other++;
  }
  return found(
    "history",
    withAnswer + other > 0,
    `${withAnswer} of ${records.length} questions came with the answer in the history, ${other} with another history than ${splitName === "test" ? "training prefix and validation item" : "the training prefix"}`,
    { questions: records.length, withAnswer, other },
  );
}

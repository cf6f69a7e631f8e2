// L7, L8 and histories: measured on the questions as they reached the model, asked twice.
import { createHash } from "node:crypto";
import { percent } from "../../base/written-numbers.ts";
import type { Split, SplitName } from "../../data/index.ts";
import { checkPositions } from "../../evaluation/index.ts";
import type { Recommender, Task } from "../../recommenders/recommender.ts";
import type { EvaluateOptions } from "../evaluate/evaluate-options.ts";
import type { Panel } from "../evaluate/questions.ts";
import type { AskedTwice } from "./ask-twice.ts";
import { absent, type Finding, found, notMeasurable } from "./finding.ts";
import type { Recorded } from "./recording.ts";

const DIRECT_ONLY = "the model has no direct task";

/** `panel`: who was asked, in the order of asking; those whom the model cannot answer are passed over. */
export function questionLeaks(
  asked: AskedTwice,
  panel: Panel,
  { dataset, split, splitName, recommender }: Pick<EvaluateOptions, "dataset" | "split" | "splitName" | "recommender">,
): Finding[] {
  const placed = withPlaces(asked.first, panel, recommender);
  const isSplit = dataset.manifest.split !== undefined;
  const expected: Expected = isSplit
    ? { of: (place) => panel.histories[place]!, words: "the stored one" }
    : lastItemHistories(split, splitName);
  return [positions(placed, panel.targets), mutations(asked), histories(placed, panel.targets, expected)];
}

interface Placed extends Recorded {
  /** In the panel. */
  readonly place: number;
}

function withPlaces(records: readonly Recorded[], panel: Panel, { answersNewUsers = [] }: Recommender): Placed[] {
  const counts = new Map<Task, number>();
  const all = [...panel.users.keys()];
  const known = all.filter((place) => panel.users[place]! < panel.nKnown);
  return records.map((record) => {
    const places = answersNewUsers.includes(record.task) ? all : known;
    const at = counts.get(record.task) ?? 0;
    counts.set(record.task, at + 1);
    return { ...record, place: places[at % places.length]! };
  });
}

/** What is known of the asked. */
interface Expected {
  readonly of: (place: number, user: number | undefined) => Int32Array;
  readonly words: string;
}

/** The test question knows the validation item and no more. */
function lastItemHistories({ prefixes, valid }: Split, splitName: SplitName): Expected {
  return splitName === "test"
    ? {
        of: (_, user) => Int32Array.of(...prefixes[user!]!, valid[user!]!),
        words: "training prefix and validation item",
      }
    : { of: (_, user) => prefixes[user!]!, words: "the training prefix" };
}

function positions(records: readonly Placed[], targets: Int32Array): Finding {
  const direct = records.filter(({ candidates }) => candidates !== undefined);
  if (direct.length === 0) return notMeasurable("L7", DIRECT_ONLY);
  const slots = direct[0]!.candidates!.length;
  const places = Int32Array.from(direct, ({ candidates, place }) => candidates!.indexOf(targets[place]!));
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
function rounds(records: readonly Placed[]): number[][] {
  const asked = new Map<number, number>();
  const found: number[][] = [];
  records.forEach(({ place }, i) => {
    const round = asked.get(place) ?? 0;
    asked.set(place, round + 1);
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

/** No question knows its answer, or more than is known of the user. */
function histories(records: readonly Placed[], targets: Int32Array, expected: Expected): Finding {
  let withAnswer = 0;
  let other = 0;
  for (const { userIndex, history, place } of records) {
    const known = expected.of(place, userIndex);
    if (history.includes(targets[place]!)) withAnswer++;
    if (history.length !== known.length || known.some((item, i) => history[i] !== item)) other++;
  }
  return found(
    "history",
    withAnswer + other > 0,
    `${withAnswer} of ${records.length} questions came with the answer in the history, ${other} with another history than ${expected.words}`,
    { questions: records.length, withAnswer, other },
  );
}

// What an evaluation says to somebody who has never read one: the model beside the best that needs no training, and
// whether so many users can tell the two apart.
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import type { EvaluationRecord, TaskEvaluation } from "../evaluate/index.ts";

/** Lengths of lists by which a model is judged, and the least number of possible answers for each. */
const CUTS = [
  { cut: 10, answers: 20 },
  { cut: 5, answers: 10 },
  { cut: 1, answers: 0 },
] as const;

export interface Scored {
  readonly name: string;
  readonly value: number;
}

export interface Verdict {
  readonly task: "sequential" | "direct";
  /** HR at this length: the share of users whose item is among the first so many. */
  readonly cut: number;
  readonly users: number;
  /** Mean number of items that could be the answer. */
  readonly answers: number;
  /** What a random order scores. */
  readonly random: number;
  readonly model: Scored;
  /** What sells best, for everybody. */
  readonly popularity: Scored | undefined;
  /** The best of those that need no training. */
  readonly best: Scored | undefined;
  /** By the 95 % intervals over users: `level` when the value of one lies within the other's. */
  readonly outcome: "ahead" | "level" | "behind";
}

/** One for each question that is asked of uniform negatives or of the whole catalogue. */
export function verdictsOf({ tasks }: Pick<EvaluationRecord, "tasks">): Verdict[] {
  return tasks.filter(({ candidates = "uniform" }) => candidates === "uniform").map(verdictOf);
}

function verdictOf({ task, users, answers, random, systems }: TaskEvaluation): Verdict {
  const { cut } = CUTS.find((each) => answers >= each.answers)!;
  const name = `HR@${cut}` as const;
  const scored = systems.flatMap(({ name: system, kind, metrics }) => {
    const metric = metrics[name];
    return metric === undefined ? [] : [{ name: system, kind, ...metric }];
  });
  const model = scored.find(({ kind }) => kind === "model")!;
  const yardsticks = scored.filter(({ kind }) => kind === "yardstick");
  const best = yardsticks.reduce<(typeof scored)[number] | undefined>(
    (top, each) => (top === undefined || each.value > top.value ? each : top),
    undefined,
  );
  return {
    task,
    cut,
    users,
    answers,
    random: random[name] ?? 0,
    model: plain(model)!,
    popularity: plain(scored.find((each) => each.name === popularityDefinition.name)),
    best: plain(best),
    outcome: best === undefined ? "ahead" : outcomeOf(model, best),
  };
}

function plain(scored: Scored | undefined): Scored | undefined {
  return scored === undefined ? undefined : { name: scored.name, value: scored.value };
}

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function outcomeOf(model: Interval, best: Interval): Verdict["outcome"] {
  if (model.value > best.high && best.value < model.low) return "ahead";
  if (best.value > model.high && model.value < best.low) return "behind";
  return "level";
}

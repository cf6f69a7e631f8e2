// What an audit says of one leak: present, absent, or not measurable, with its numbers and the reason in a sentence.

export type LeakVerdict = "absent" | "present" | "not measurable";

/** The leaks and defects of docs/protocols.md, and what every evaluation must keep besides. */
export const LEAKS = {
  L1: "held-out pairs among graph edges and training pairs",
  L2: "item names that give the answer away",
  L3: "validation items that leak the same way",
  L4: "prompts with held-out pairs (explanation task)",
  L5: "user texts made from held-out items",
  L6: "held-out items spared as training negatives",
  L7: "candidate lists whose order tells the answer",
  L8: "candidate lists that change between evaluations",
  L9: "loss over padding",
  L10: "repeated answers and impossible metrics",
  L11: "places filled with random items",
  L12: "popularity that answers direct questions",
  L13: "patience that is never reset",
  L14: "one model per task, reported as one",
  L15: "answers that depend on the batch's padding",
  answers: "answers that are no ranking of the answer space",
  history: "histories that hold the answer",
  "held-out": "cold items, new users and answers in training",
  ties: "equal scores in favour of the answer",
  record: "stored metrics that do not follow from the stored ranks",
  controls: "controls that do not fall to chance",
} as const;

export type LeakName = keyof typeof LEAKS;

export interface Finding {
  readonly leak: LeakName;
  readonly verdict: LeakVerdict;
  /** One sentence with the figures, for people. */
  readonly reason: string;
  /** The figures, unrounded. */
  readonly numbers: Readonly<Record<string, number | undefined>>;
}

export function absent(leak: LeakName, reason: string, numbers: Finding["numbers"] = {}): Finding {
  return { leak, verdict: "absent", reason, numbers };
}

export function present(leak: LeakName, reason: string, numbers: Finding["numbers"] = {}): Finding {
  return { leak, verdict: "present", reason, numbers };
}

/** `present` when `isPresent`, else `absent`, for the same figures. */
export function found(leak: LeakName, isPresent: boolean, reason: string, numbers: Finding["numbers"]): Finding {
  return { leak, verdict: isPresent ? "present" : "absent", reason, numbers };
}

export function notMeasurable(leak: LeakName, reason: string): Finding {
  return { leak, verdict: "not measurable", reason, numbers: {} };
}

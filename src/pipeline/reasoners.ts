// Who can reason: the table behind `--llm KIND:MODEL`.
import { nearest, UsageError } from "../base/errors.ts";
import type { Dataset, Split } from "../data/dataset.ts";
import { offlineReasoner, type Reasoner } from "../reasoning/index.ts";

interface ReasonerContext {
  readonly dataset: Dataset;
  readonly split: Split;
  /** What stands after the colon; empty when there is none. */
  readonly model: string;
}

const REASONERS: Readonly<Record<string, (context: ReasonerContext) => Reasoner>> = {
  offline: ({ dataset, split, model }) => {
    if (model !== "")
      throw new UsageError(`--llm offline:${model}: the rule-based reasoner has no models. Write --llm offline.`);
    return offlineReasoner(dataset, split);
  },
};

/** The reasoner of a `KIND` or `KIND:MODEL` text. @throws UsageError for an unknown kind, with the known ones. */
export function makeReasoner(spec: string, dataset: Dataset, split: Split): Reasoner {
  const colon = spec.indexOf(":");
  const kind = colon < 0 ? spec : spec.slice(0, colon);
  const known = Object.keys(REASONERS);
  if (!Object.hasOwn(REASONERS, kind)) {
    const hint = nearest(kind, known);
    throw new UsageError(
      `--llm ${spec}: unknown kind "${kind}", expected ${known.join(", ")}.${hint ? ` Did you mean ${hint}?` : ""}`,
    );
  }
  return REASONERS[kind]!({ dataset, split, model: colon < 0 ? "" : spec.slice(colon + 1) });
}

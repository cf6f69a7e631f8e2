// Written sentences as lines for a terminal.
import { decimals } from "../../base/written-numbers.ts";
import { TEXT_METRICS } from "../../evaluation/index.ts";
import type { SentenceEvaluation } from "./evaluation-record.ts";

const WHOSE = { reviews: "what people wrote", texts: "sentences made of reasoned texts" } as const;

/** What was asked, the measures, and a few sentences beside their references. */
export function sentenceLines(evaluation: SentenceEvaluation): string[] {
  const { source, pairs, available, asks, learnt, empty, decoding, metrics, examples } = evaluation;
  const { beams, leastTokens, mostTokens } = decoding;
  const count = pairs === available ? whole(pairs) : `${whole(pairs)} of ${whole(available)}`;
  const named = TEXT_METRICS.filter((name) => metrics[name] !== undefined);
  const figures = (names: readonly string[]) =>
    names.map((name) => `${name} ${shown(name, metrics[name]!)}`).join("  ");
  const feature = named.filter((name) => name.length === 3 && name !== "USR");
  return [
    `sentences on ${count} pairs (${asks}), beside ${WHOSE[source]}; ${beams} beams, ${leastTokens} to ${mostTokens} tokens`,
    `  ${figures(named.filter((name) => /BLEU|ROUGE/.test(name)))}`,
    `  ${figures(["distinct-1", "distinct-2", "USR", ...feature])}`,
    ...(empty === 0 ? [] : [`  ${whole(empty)} empty: the model ended them at once (option explanationLeast)`]),
    ...(learnt === 0 ? [] : [`  LEAK: training learnt the very sentences of ${whole(learnt)} of these pairs`]),
    ...examples.flatMap(({ written, reference }) => [`  wrote      ${written}`, `  reference  ${reference}`]),
  ];
}

/** BLEU goes to 100. */
const shown = (name: string, value: number): string => decimals(value, name.startsWith("BLEU") ? 2 : 4);

const whole = (value: number): string => value.toLocaleString("en-US");

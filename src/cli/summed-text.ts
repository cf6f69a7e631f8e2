// Recommendations whose scores are sums: a bar and a sentence for each term, with what is behind it.
import { signed } from "../base/written-numbers.ts";
import type { ExplainedTerm, SummedRecommendation, TermEvidence } from "../pipeline/explain/index.ts";
import { cardText } from "./card-text.ts";
import { bar } from "./term-bars.ts";
import { printable } from "./text.ts";

/** Letters of a reasoned text that are shown. */
const TEXT_LENGTH = 120;

/** Bars of all recommendations have one scale. */
export function summedLines(recommendations: readonly SummedRecommendation[], isAscii: boolean): string[] {
  const all = recommendations.flatMap(({ terms }) => terms);
  const most = Math.max(0, ...all.map(({ ahead }) => Math.abs(ahead)));
  const width = Math.max(0, ...all.map(({ name }) => name.length));
  return recommendations.flatMap(({ rank, item, score, typicalScore, terms }) => [
    "",
    `${rank}. ${cardText(item)}`,
    `   score ${score.toFixed(2)} = ${typicalScore.toFixed(2)} as for other items, ${signed(score - typicalScore)} for this one`,
    ...inOrder(terms).flatMap((term) => {
      const head = `   ${term.name.padEnd(width)} ${signed(term.ahead).padStart(6)}`;
      return [`${head} ${bar(term.ahead, most, isAscii)} ${printable(term.says)}`, ...behindLines(term, width)];
    }),
  ]);
}

/** What speaks for an item first, most of all in front; what speaks against it at the end. */
function inOrder(terms: readonly ExplainedTerm[]): ExplainedTerm[] {
  return [...terms].sort((a, b) => b.ahead - a.ahead);
}

function behindLines({ behind, text }: ExplainedTerm, width: number): string[] {
  const indent = " ".repeat(width + 11);
  return [
    ...(text === undefined ? [] : [`${indent}its text: ${shortened(text)}`]),
    ...behind.map((one) => `${indent}${evidenceText(one)}`),
  ];
}

function evidenceText(one: TermEvidence): string {
  const shares = one.shares.map(printable).join(", ");
  const common = shares === "" ? "" : `; in common: ${shares}`;
  const text = one.text === undefined ? "" : `; text: ${shortened(one.text)}`;
  if (one.kind === "item") return `${printable(one.item.title)}${common}${text}`;
  return `${printable(one.userId)} (similarity ${one.similarity.toFixed(2)})${common}${text}`;
}

function shortened(text: string): string {
  const plain = printable(text);
  return plain.length <= TEXT_LENGTH ? plain : `${plain.slice(0, TEXT_LENGTH - 3).trimEnd()}...`;
}

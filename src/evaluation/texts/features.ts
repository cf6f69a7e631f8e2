// Which features sentences speak of, and what follows: the measures of explanations by NETE (Li et al. 2020,
// "Generate Neural Template Explanations for Recommendation"), which PETER, P5 and POD's line report as well.
import { bleuTokens } from "./tokens.ts";

export interface FeatureMeasures {
  /** Feature matching ratio: of sentences whose reference has a feature, those that name it. */
  readonly FMR: number;
  /** Feature coverage ratio: of all features, those that any sentence names. */
  readonly FCR: number;
  /** Feature diversity: mean number of features that two different sentences share; lower is more diverse. */
  readonly DIV: number;
}

/**
 * A sentence names a feature where the feature's words stand in it, in a row.
 * @param wanted the reference's feature by sentence, undefined where it has none
 * @param features all there are; undefined where there are none, or no reference has one
 */
export function featureMeasures(
  written: readonly (readonly string[])[],
  wanted: readonly (string | undefined)[],
  features: ReadonlySet<string>,
): FeatureMeasures | undefined {
  const named = written.map(finder(features));
  const withFeature = wanted.filter((feature) => feature !== undefined).length;
  if (withFeature === 0 || features.size === 0) return undefined;
  const met = wanted.filter((feature, k) => feature !== undefined && named[k]!.has(keyOf(bleuTokens(feature)))).length;
  const counts = new Map<string, number>();
  for (const some of named) for (const feature of some) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const distinct = new Set([...features].map((feature) => keyOf(bleuTokens(feature)))).size;
  const pairs = (count: number) => (count * (count - 1)) / 2;
  const shared = [...counts.values()].reduce((sum, count) => sum + pairs(count), 0);
  return {
    FMR: met / withFeature,
    FCR: counts.size / distinct,
    DIV: written.length < 2 ? 0 : shared / pairs(written.length),
  };
}

const keyOf = (tokens: readonly string[]): string => tokens.join(" ");

/** Finds the features in the tokens of a sentence. */
function finder(features: ReadonlySet<string>): (tokens: readonly string[]) => ReadonlySet<string> {
  const byFirst = new Map<string, string[][]>();
  for (const feature of features) {
    const tokens = [...bleuTokens(feature)];
    const [first] = tokens;
    if (first !== undefined) byFirst.set(first, [...(byFirst.get(first) ?? []), tokens]);
  }
  return (tokens) => {
    const found = new Set<string>();
    tokens.forEach((token, at) => {
      for (const feature of byFirst.get(token) ?? []) {
        if (feature.every((word, k) => tokens[at + k] === word)) found.add(keyOf(feature));
      }
    });
    return found;
  };
}

// Every recommender by its lower-case name. What chooses the parts does nothing else.
import { nearest, UsageError } from "../base/errors.ts";
import { bert4recDefinition } from "./bert4rec/bert4rec.ts";
import { caserDefinition } from "./caser/caser.ts";
import type { RecommenderDefinition, TrainableDefinition } from "./definition.ts";
import { elmrecDefinition } from "./elmrec/elmrec.ts";
import { fdsaDefinition } from "./fdsa/fdsa.ts";
import { gru4recDefinition } from "./gru4rec/gru4rec.ts";
import { hgnDefinition } from "./hgn/hgn.ts";
import { isrfDefinition } from "./isrf/isrf.ts";
import { lightgcnDefinition } from "./lightgcn/lightgcn.ts";
import { nclDefinition } from "./ncl/ncl.ts";
import { p5Definition } from "./p5/p5.ts";
import { podDefinition } from "./pod/pod.ts";
import { rslProxyDefinition } from "./rsl-proxy/rsl-proxy.ts";
import { sasrecDefinition } from "./sasrec/sasrec.ts";
import { simplexDefinition } from "./simplex/simplex.ts";
import { xsimgclDefinition } from "./xsimgcl/xsimgcl.ts";

const BOTH = ["sequential", "direct"] as const;

export const RECOMMENDERS: readonly RecommenderDefinition[] = [
  isrfDefinition,
  elmrecDefinition,
  podDefinition,
  rslProxyDefinition,
  p5Definition,
  caserDefinition,
  gru4recDefinition,
  hgnDefinition,
  sasrecDefinition,
  bert4recDefinition,
  fdsaDefinition,
  simplexDefinition,
  lightgcnDefinition,
  nclDefinition,
  xsimgclDefinition,
  {
    kind: "untrained",
    name: "popularity",
    title: "Popularity",
    citation: "Training interactions per item.",
    tasks: BOTH,
  },
  {
    kind: "untrained",
    name: "markov-1",
    title: "Markov-1",
    citation: "What follows the newest item directly in training, most often first; popularity behind it.",
    tasks: BOTH,
    usesHistory: true,
  },
  {
    kind: "untrained",
    name: "item-knn",
    title: "Item-kNN",
    citation:
      "Sarwar, Karypis, Konstan, Riedl. Item-based Collaborative Filtering Recommendation Algorithms. WWW 2001; cosine of co-occurrence with recency decay.",
    tasks: BOTH,
    usesHistory: true,
  },
  {
    kind: "untrained",
    name: "text-knn",
    title: "Text-kNN",
    citation: "The cosines of each item's nearest texts, with recency decay.",
    tasks: BOTH,
    usesHistory: true,
  },
  {
    kind: "untrained",
    name: "item-knn-text",
    title: "Item-kNN with text neighbours",
    citation: "Item-kNN plus the cosine of item texts.",
    tasks: BOTH,
    usesHistory: true,
  },
  {
    kind: "untrained",
    name: "id-rule",
    title: "Id rule (canary)",
    citation: "Guesses the numbers after the user's largest; scores only where item numbers leak.",
    tasks: ["sequential"],
  },
];

/** @throws UsageError for a name that is unknown or needs no training. */
export function trainable(name: string): TrainableDefinition {
  const known = RECOMMENDERS.find((definition) => definition.name === name);
  const names = RECOMMENDERS.filter(({ kind }) => kind === "trained").map((definition) => definition.name);
  if (known === undefined) {
    const hint = nearest(name, names);
    throw new UsageError(
      `model ${name}: expected one of ${names.join(", ")}${hint === undefined ? "" : `; did you mean ${hint}?`}`,
    );
  }
  if (known.kind === "untrained")
    throw new UsageError(`model ${name} needs no training: every evaluation shows it beside the trained model.`);
  return known;
}

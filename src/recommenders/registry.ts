// Every recommender, trained or not; what evaluations show beside a model stands in this order. What chooses the parts
// does nothing else. docs/extending.md shows how to add one.
import { UsageError, unknownName } from "../base/errors.ts";
import { bert4recDefinition } from "./bert4rec/bert4rec.ts";
import { bsarecDefinition } from "./bsarec/bsarec.ts";
import { caserDefinition } from "./caser/caser.ts";
import type { RecommenderDefinition, TrainableDefinition, UntrainedDefinition } from "./definition.ts";
import { elmrecDefinition } from "./elmrec/elmrec.ts";
import { esasrecDefinition } from "./esasrec/esasrec.ts";
import { fdsaDefinition } from "./fdsa/fdsa.ts";
import { gru4recDefinition } from "./gru4rec/gru4rec.ts";
import { hgnDefinition } from "./hgn/hgn.ts";
import { isrfDefinition } from "./isrf/definition.ts";
import { lightgcnDefinition } from "./lightgcn/lightgcn.ts";
import { nclDefinition } from "./ncl/ncl.ts";
import { p5Definition } from "./p5/p5.ts";
import { podDefinition } from "./pod/pod.ts";
import { rslProxyDefinition } from "./rsl-proxy/rsl-proxy.ts";
import { sasrecDefinition } from "./sasrec/sasrec.ts";
import { sasrecTextDefinition } from "./sasrec-text/sasrec-text.ts";
import { simplexDefinition } from "./simplex/simplex.ts";
import { stackedDefinition } from "./stacked/stacked.ts";
import { xsimgclDefinition } from "./xsimgcl/xsimgcl.ts";
import {
  idRuleDefinition,
  itemKnnDefinition,
  itemKnnTextDefinition,
  markovDefinition,
  popularityDefinition,
  textKnnDefinition,
} from "./yardsticks/index.ts";

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
  sasrecTextDefinition,
  bsarecDefinition,
  esasrecDefinition,
  bert4recDefinition,
  fdsaDefinition,
  simplexDefinition,
  lightgcnDefinition,
  nclDefinition,
  xsimgclDefinition,
  stackedDefinition,
  popularityDefinition,
  markovDefinition,
  itemKnnDefinition,
  textKnnDefinition,
  itemKnnTextDefinition,
  idRuleDefinition,
];

/** Those that need no training, in the order of the table. */
export const UNTRAINED: readonly UntrainedDefinition[] = RECOMMENDERS.filter(
  (definition): definition is UntrainedDefinition => definition.kind === "untrained",
);

/** @throws UsageError for a name that is unknown or needs no training. */
export function trainable(name: string): TrainableDefinition {
  const known = RECOMMENDERS.find((definition) => definition.name === name);
  const names = RECOMMENDERS.filter(({ kind }) => kind === "trained").map((definition) => definition.name);
  if (known === undefined) throw unknownName("model", name, names);
  if (known.kind === "untrained")
    throw new UsageError(`model ${name} needs no training: every evaluation shows it beside the trained model.`);
  return known;
}

// ISRF over other texts (the paper's figure 3): one side's positive or negative text in the place of its features,
// plain attributes, and noise.

import type { Protocol } from "../../../data/index.ts";
import type { TextSource } from "../../../embedding/text-source.ts";
import type { StudyVectors } from "../datasets.ts";
import type { SystemConfig } from "../study-config.ts";
import type { DrawnDesign } from "./design.ts";
import { formOf } from "./forms.ts";
import type { Form } from "./settings.ts";

export interface Variants {
  readonly form: Form;
  readonly preset: string;
  readonly protocol: Protocol;
  readonly set: SystemConfig["set"];
  /** Name of the vectors of features, as which those of other texts are made. */
  readonly embeddings: string;
  /** As `isrf embed --encoder` takes it: all are made by it, those of features too. Default: as `embeddings` are. */
  readonly encoder?: string | undefined;
  /** Whether texts that rules wrote may be compared. */
  readonly rules: boolean;
}

const MODEL = "isrf";

interface Row {
  readonly label: string;
  readonly name: string;
  readonly itemText: TextSource;
  readonly userText: TextSource;
}

const ROWS: readonly Row[] = [
  { label: MODEL, name: "ISRF", itemText: "feature", userText: "feature" },
  { label: "user-positive", name: "uPos", itemText: "feature", userText: "positive" },
  { label: "user-negative", name: "uNeg", itemText: "feature", userText: "negative" },
  { label: "item-positive", name: "vPos", itemText: "positive", userText: "feature" },
  { label: "item-negative", name: "vNeg", itemText: "negative", userText: "feature" },
  { label: "attributes", name: "attributes", itemText: "attributes", userText: "attributes" },
];
const NOISE = { label: "random", name: "random", vectors: "variants-random" };

export function variantsDesign({
  form,
  preset,
  protocol,
  set,
  embeddings: usual,
  encoder,
  rules,
}: Variants): DrawnDesign {
  const base = formOf(form, { preset, protocol, set });
  const rows = ROWS.map((row) => ({ ...row, vectors: nameOf(row, { embeddings: usual, encoder }) }));
  const how = encoder === undefined ? { like: usual } : { encoder };
  const vectors: StudyVectors[] = rows.flatMap(({ vectors: name, itemText, userText }) =>
    name === usual ? [] : [{ name, ...how, itemText, userText }],
  );
  return {
    systems: [...rows, NOISE].map(({ label, vectors: embeddings }) => ({ model: MODEL, label, embeddings, ...base })),
    vectors: [...vectors, { name: NOISE.vectors, encoder: "random" }],
    needsChain: !rules,
    figure: {
      name: `variants-${form}`,
      title: "ISRF over other texts",
      kind: "bars",
      placesName: "",
      places: [...rows, NOISE].map(({ label, name }) => ({ label, name })),
    },
  };
}

function nameOf(
  { label, itemText, userText }: Row,
  { embeddings, encoder }: Pick<Variants, "embeddings" | "encoder">,
): string {
  if (label === MODEL && encoder === undefined) return embeddings;
  const kind = (encoder ?? embeddings).replace(/[^\w.-]+/g, "-");
  return `variants-${kind}-${itemText}-${userText}`;
}

// By what items are alike.
import type { SimilarItems } from "../../../../src/client/index.ts";
import type { Answer } from "../../asking/answer.ts";

export type By = SimilarItems["by"];

export const WAYS: readonly { readonly value: By; readonly name: string }[] = [
  { value: "model", name: "Model" },
  { value: "co-occurrence", name: "Taken together" },
  { value: "texts", name: "Texts" },
];

/** The way that was chosen; before that the one by which the server answered. */
export function shownWay(chosen: By | undefined, answer: Answer<SimilarItems>): By {
  return chosen ?? (answer.kind === "here" ? answer.value.by : "model");
}

// The codes that name items, and users where prompts name them so: clusters of interests, of texts and interests
// together, or of noise.
import { codeItems, type ItemCodes, withoutCentroids } from "../../../backbone/item-codes.ts";
import { type Matrix, matrix, normaliseRows, row } from "../../../base/matrix.ts";
import { Random } from "../../../base/random.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { codesFrom } from "../from-run/codes.ts";
import { sharedCodes } from "./shared-tables.ts";
import { textsOf } from "./texts.ts";

type CodeName = "codes" | "user codes";

/** Codes of items and, where prompts name users by codes, of users; none in the text form. */
export async function codesOf(
  fitted: Float32Array,
  data: TrainingData,
  { options, seed, before, shared, compile: { threads } }: PreparationContext,
): Promise<{ codes: ItemCodes | undefined; userCodes: ItemCodes | undefined }> {
  const { width: d, promptForm, itemCodes, codeTexts, codeTokens, userCodes } = options;
  if (promptForm === "text") return { codes: undefined, userCodes: undefined };
  const nUsers = data.prefixes.length;
  const { nItems } = data;
  const coded = async (name: CodeName, vectors: Matrix): Promise<ItemCodes> =>
    before === undefined
      ? sharedCodes(shared, { vectors, seed, name, tokens: codeTokens }, () =>
          codeItems(vectors, Random.of(seed, name), codeTokens, { threads }),
        )
      : codesFrom(before, name === "codes" ? "items" : "users", vectors);
  const noise = async (name: CodeName, rows: number): Promise<ItemCodes> => {
    const vectors = matrix(rows, d, Random.of(seed, `${name} vectors`).normals(rows * d));
    return withoutCentroids(await coded(name, vectors));
  };
  const known = (): Matrix => {
    const interests = matrix(nItems, d, fitted.slice(nUsers * d));
    return itemCodes === "interests" ? interests : textsAndInterests(textsOf(data).items, interests, codeTexts);
  };
  return {
    codes: itemCodes === "random" ? await noise("codes", nItems) : await coded("codes", known()),
    userCodes: userCodes === "none" ? undefined : await noise("user codes", nUsers),
  };
}

/**
 * What text+interests codes cluster: unit vectors side by side [items, n + d], texts first, weighted so that texts have
 * `share` of the squared length. New items are coded by the same, or by their texts alone (`weighedVectors`).
 */
export function textsAndInterests(texts: Matrix, interests: Matrix, share: number): Matrix {
  const parts = [weighedVectors(texts, share), weighedVectors(interests, 1 - share)] as const;
  const columns = texts.columns + interests.columns;
  const joint = matrix(texts.rows, columns);
  for (let r = 0; r < texts.rows; r++) {
    row(joint, r).set(row(parts[0], r));
    row(joint, r).set(row(parts[1], r), texts.columns);
  }
  return joint;
}

/** Unit rows of squared length `share`. */
export function weighedVectors(texts: Matrix, share: number): Matrix {
  const unit = normaliseRows(texts);
  return { ...unit, data: unit.data.map((value) => value * Math.sqrt(share)) };
}

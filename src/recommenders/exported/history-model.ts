// What ISRF's answers to somebody new are made of, as plain arrays: for whoever carries them elsewhere. Somebody new is
// known by a history alone, so the generator is not asked and the group, which nobody new has, says nothing.
import { internal, UsageError } from "../../base/errors.ts";
import type { Matrix, SparseRows } from "../../base/matrix.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { loadModel } from "../generative/model-files.ts";
import { itemInterests } from "../generative/state.ts";
import { readSequence, type SavedSequence } from "../isrf/sequence-part.ts";
import { evidencePart } from "../part-folders.ts";
import { knownInterests } from "../witnesses/cold-rows.ts";
import { type EvidenceTables, type EvidenceTexts, loadEvidence } from "../witnesses/evidence-files.ts";
import { kept } from "../witnesses/evidence-model.ts";
import { hasEvidence } from "../witnesses/evidence-part.ts";
import type { Weights } from "../witnesses/mixture/weights.ts";
import { withNewInterests, withNewItems } from "../witnesses/new-items.ts";
import { countScale, scaledCounts } from "../witnesses/popularity.ts";

export interface HistoryModel {
  /** Of the next item out of the catalogue, those who say nothing left out; terms in their order. */
  readonly weights: Weights;
  /** Training interactions by item. */
  readonly counts: Int32Array;
  /** The same, as weights and the term "popularity" read them. */
  readonly scaled: Float32Array;
  readonly sequence: SavedSequence | undefined;
  /** `stretch`: what the mean of a history's rows is multiplied by to stand for a user. */
  readonly individual: { readonly items: Matrix; readonly stretch: number } | undefined;
  readonly texts: EvidenceTexts | undefined;
  readonly following: SparseRows | undefined;
}

/** With the items of `newTexts` behind those of training. @throws UsageError for a run that answers by its backbone. */
export async function readHistoryModel(run: string, newTexts?: Matrix): Promise<HistoryModel> {
  if (!(await hasEvidence(run)))
    throw new UsageError(`${run} answers by its backbone, which reads a user's row: presets tiny and mini need none.`);
  const { tables: known, learned } = await loadEvidence(evidencePart(run));
  const tables = newTexts === undefined ? known : withNewItems(known, newTexts, evidencePart(run));
  const weights = kept(learned.weights.sequential.first, ["group"]);
  const has = (name: Weights["terms"][number]) => weights.terms.includes(name);
  const { counts, stretch, texts, following } = tables;
  return {
    weights,
    counts,
    scaled: scaledCounts(counts, countScale(counts.subarray(0, known.counts.length))),
    sequence: has("sequence") ? await readSequence(run, newTexts) : undefined,
    individual: has("individual") ? { items: await interestsOf(run, tables), stretch } : undefined,
    texts: has("text") || has("nearest") ? texts : undefined,
    following: has("neighbours") ? following : undefined,
  };
}

async function interestsOf(run: string, tables: EvidenceTables): Promise<Matrix> {
  const checkpoint = await Checkpoints.ofRun(run).open("best");
  if (checkpoint === undefined) throw internal(`${run} has evidence and no checkpoint`);
  const items = itemInterests(await loadModel(checkpoint));
  return knownInterests(await withNewInterests(items, tables), tables, items.rows);
}

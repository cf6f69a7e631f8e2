// One chain as it was asked: each question in its words, the answer, and what it took, out of the journal.
import { exists } from "../../base/files.ts";
import type { Dataset } from "../../data/index.ts";
import {
  Journal,
  type JournalRecord,
  journalPath,
  keysOf,
  promptsOf,
  type Revision,
  readReasoningManifest,
  readRevisions,
  type Step,
  standingChain,
  walkChain,
} from "../../reasoning/index.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { userIndexOf } from "../../runs/run.ts";
import type { ChainPlace } from "./revise.ts";

/** What the journal says of one question; undefined where it was never asked. */
export type ShownAnswer = Omit<JournalRecord, "key" | "subjectKind" | "subjectId" | "step" | "promptHash">;

export interface ShownStep {
  readonly step: Step;
  /** The whole question as it is put. */
  readonly prompt: string;
  /** Said before it, where the prompt set has such words. */
  readonly system?: string | undefined;
  readonly answer?: ShownAnswer | undefined;
  /** What stands in the answer's place by now. */
  readonly revision?: Pick<Revision, "how" | "by" | "at" | "text" | "writer"> | undefined;
}

export interface ShownChain {
  readonly kind: "item" | "user";
  readonly id: string;
  /** Title of the item. */
  readonly title?: string | undefined;
  /** Who wrote the dataset's texts, such as "rule-based (offline)". */
  readonly source: string;
  readonly promptVersion: string;
  /** Nothing is added to the prompts' words: they ask for no form and no length. */
  readonly isVerbatim?: boolean | undefined;
  /** A user's history as the questions show it, by item id. */
  readonly shownItems?: readonly string[] | undefined;
  /** Up to the first one without an answer, that one included. */
  readonly steps: readonly ShownStep[];
}

/**
 * The chain of the dataset's present texts.
 * @throws InputError when nothing was reasoned there, or the journal is damaged.
 */
export async function showChain({ dataset, kind, index }: ChainPlace): Promise<ShownChain> {
  const { directory } = dataset;
  const manifest = await readReasoningManifest(directory);
  const revisions = await readRevisions(directory);
  const path = journalPath(directory);
  using journal = (await exists(path)) ? Journal.read(path) : undefined;
  const { asked } = await standingChain(journal, dataset, manifest, revisions, { kind, index });
  const source = { ...manifest, kind: manifest.provider };
  const steps: ShownStep[] = [];
  const prompts = promptsOf(manifest, directory);
  await walkChain(asked, { domain: dataset.manifest.domain, prompts }, (request) => {
    const { step, prompt, system } = request;
    const entries = keysOf(request, source).flatMap((key) => journal?.entry(key) ?? []);
    const found = entries.find(({ status }) => status === "answered") ?? entries[0];
    const text = found?.status === "answered" ? found.text : undefined;
    const answer = found && answerOf(found);
    steps.push({ step, prompt, system, answer, revision: revisions.standing(kind, asked.id, step, text) });
    return text;
  });
  return {
    kind,
    id: asked.id,
    title: asked.kind === "item" ? asked.item.title : undefined,
    source: manifest.label,
    promptVersion: manifest.promptVersion,
    isVerbatim: prompts.verbatim,
    shownItems: asked.kind === "user" ? asked.history.map(({ item }) => item.itemId) : undefined,
    steps,
  };
}

function answerOf(record: JournalRecord): ShownAnswer {
  const { provider, model, promptVersion, text, status, flaws, raw, attempt, createdAt } = record;
  const { promptTokens, cachedTokens, completionTokens, thinkingTokens, milliseconds, calls } = record;
  const { adaptedFrom, similarity } = record;
  const took = { promptTokens, cachedTokens, completionTokens, thinkingTokens, milliseconds, calls };
  const from = { adaptedFrom, similarity };
  return { provider, model, promptVersion, status, text, flaws, raw, attempt, createdAt, ...took, ...from };
}

/** Where a chain lies in a dataset. @throws UsageError for an id that is none. */
export async function placeOfChain(
  dataset: Dataset,
  named: { readonly item: string } | { readonly user: string },
): Promise<ChainPlace> {
  if ("user" in named) return { dataset, kind: "user", index: await userIndexOf(dataset, named.user) };
  const [index] = await new ItemIds(dataset).require([named.item]);
  return { dataset, kind: "item", index: index! };
}

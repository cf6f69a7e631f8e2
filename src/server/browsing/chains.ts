// Texts that were reasoned: reading them, and changing them.
import { stat } from "node:fs/promises";
import type { z } from "zod";
import { InputError, OperationError, UsageError } from "../../base/errors.ts";
import type { Dataset } from "../../data/index.ts";
import { embeddingsManifestPath, readEmbeddingsManifest } from "../../embedding/index.ts";
import { ChangedMeanwhile, editChain, seenByRule, whyFixed, writingOf } from "../../pipeline/reason/index.ts";
import {
  type AskedAbout,
  askedAbout,
  type ChainTexts,
  type ReasoningManifest,
  type Revisions,
  readItemTexts,
  readReasoningManifest,
  readRevisions,
  readUserTexts,
} from "../../reasoning/index.ts";
import { trainedDataset } from "../../runs/run-embeddings.ts";
import type { AskingChains } from "../answering/asking-chains.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Chain, Chains, ChangedChain, Texts } from "../contract/index.ts";
import type { askChainSchema, chainPath, chainsQuery, editChainSchema } from "../contract/projects.ts";
import { RequestError } from "../request-error.ts";
import { numbersPage, pageOf } from "./paging.ts";

type Subject = Chains["subject"];
type Place = z.output<typeof chainPath>;

/** @throws RequestError (not_found) for an unknown id, and where nothing was reasoned. */
export function chainsOf(
  served: ServedRun,
  asking: AskingChains,
  { subject, id, ...page }: Omit<z.output<typeof chainsQuery>, "run">,
): Promise<Chains> {
  return whereReasoned(served, async () => {
    const dataset = await trainedDataset(served.run);
    const names = namesOf(dataset, subject);
    const { entries, total, nextCursor } =
      id === undefined ? numbersPage(names.length, page) : pageOf([indexIn(names, { subject, id }, served)], page);
    const chains = await chainsAt(dataset, asking, subject, entries);
    return { subject, chains, standing: await standingOf(served, dataset), total, nextCursor };
  });
}

/** @throws RequestError: not_found, or conflict where texts cannot be changed or were changed meanwhile. */
export function changeChain(
  served: ServedRun,
  asking: AskingChains,
  { subject, id, step, text, former, by }: Place & Omit<z.output<typeof editChainSchema>, "run">,
): Promise<ChangedChain> {
  return changing(served, asking, { subject, id }, (dataset, index) =>
    editChain({ dataset, kind: subject, index, step, text, former, by }),
  );
}

/** Begins; `GET /v1/chains` tells how it goes. @throws RequestError as `changeChain`, and too_many. */
export function askChain(
  served: ServedRun,
  asking: AskingChains,
  { subject, id, from, by }: Place & Omit<z.output<typeof askChainSchema>, "run">,
): Promise<ChangedChain> {
  return changing(served, asking, { subject, id }, (dataset, index) =>
    asking.begin(placeOf(dataset, subject, id), { dataset, kind: subject, index, from, by }),
  );
}

/** Who wrote a subject's texts, and how; whoever changed one since is named, and no way of writing is. */
export async function writersOf({ directory }: Dataset, subject: Subject, id: string) {
  const [manifest, revisions] = await Promise.all([readReasoningManifest(directory), readRevisions(directory)]);
  return writersIn({ directory, manifest, revisions }, subject, id);
}

interface Written {
  readonly directory: string;
  readonly manifest: ReasoningManifest;
  readonly revisions: Revisions;
}

function writersIn({ directory, manifest, revisions }: Written, subject: Subject, id: string) {
  const isAsWritten = revisions.about(subject, id).length === 0;
  return {
    by: revisions.writersOf(subject, id, manifest.label),
    written: isAsWritten ? writingOf(manifest, directory) : undefined,
  } satisfies Partial<Texts>;
}

function changing(
  served: ServedRun,
  asking: AskingChains,
  place: Place,
  change: (dataset: Dataset, index: number) => Promise<void> | void,
): Promise<ChangedChain> {
  return whereReasoned(served, async () => {
    const dataset = await trainedDataset(served.run);
    const index = indexIn(namesOf(dataset, place.subject), place, served);
    const fixed = await whyFixed(dataset);
    if (fixed !== undefined) throw new RequestError("conflict", `Texts cannot be changed here: ${fixed}`);
    await asConflict(async () => change(dataset, index));
    const [chain] = await chainsAt(dataset, asking, place.subject, [index]);
    return { chain: chain!, standing: await standingOf(served, dataset) };
  });
}

async function chainsAt(
  dataset: Dataset,
  asking: AskingChains,
  subject: Subject,
  indices: readonly number[],
): Promise<Chain[]> {
  const { directory } = dataset;
  const names = namesOf(dataset, subject);
  // Before the texts: who is told that an asking is done gets all that came of it.
  const states = indices.map((index) => asking.of(placeOf(dataset, subject, names[index]!)));
  const manifest = await readReasoningManifest(directory);
  const revisions = await readRevisions(directory);
  const texts =
    subject === "item"
      ? await readItemTexts(directory, dataset, indices)
      : (await readUserTexts(directory, dataset, indices)).texts;
  const ids = indices.map((index) => names[index]!);
  const asked = await askedAbout(directory, subject, ids);
  const seen = await Promise.all(indices.map((index) => seenByRule({ dataset, kind: subject, index })));
  return indices.map((index, at) => {
    const id = ids[at]!;
    const own = texts.get(index)!;
    const { data, missed } = seen[at]!;
    return {
      id,
      title: subject === "item" ? dataset.items[index]!.title : undefined,
      texts: { ...own, ...writersIn({ directory, manifest, revisions }, subject, id) },
      data,
      missed: missed?.map((each) => ({ ...each })),
      asked: askedOf(asked.get(id)),
      revisions: shownRevisions(revisions, subject, id, own),
      asking: states[at],
    };
  });
}

function shownRevisions(revisions: Revisions, subject: Subject, id: string, texts: ChainTexts): Chain["revisions"] {
  const own = revisions.about(subject, id);
  return own
    .map(({ step, how, by, writer, at, text, former }, place) => {
      const isLast = !own.slice(place + 1).some((later) => later.step === step);
      return { step, how, by, writer, at, text, former, stands: isLast && texts[step] === text };
    })
    .reverse();
}

/** Whether vectors and model know the texts, and what makes them. */
async function standingOf({ run }: ServedRun, dataset: Dataset): Promise<Chains["standing"]> {
  const { directory } = dataset;
  const isFixed = await whyFixed(dataset);
  const { embeddings, model, preset } = run.config;
  if (embeddings === null || embeddings.textsBy === "attributes") return { isFixed, stale: 0, todo: [] };
  const vectors = await readEmbeddingsManifest(directory, embeddings.name).catch(() => undefined);
  const made = await stat(embeddingsManifestPath(directory, embeddings.name)).catch(() => undefined);
  const { all } = await readRevisions(directory);
  const read = { item: vectors?.items.text, user: vectors?.users.text };
  const late = all.filter(
    ({ subjectKind, step, at }) => read[subjectKind] === step && Date.parse(at) > (made?.mtimeMs ?? 0),
  );
  const stale = new Set(late.map(({ subjectKind, subjectId }) => `${subjectKind} ${subjectId}`)).size;
  const isTrained =
    vectors?.items.textHash === embeddings.itemTextHash && vectors.users.textHash === embeddings.userTextHash;
  const train = `isrf train ${directory} --model ${model} --preset ${preset} --out NEW`;
  if (stale > 0) return { isFixed, stale, todo: [`isrf embed ${directory}`, train] };
  return { isFixed, stale, todo: isTrained ? [] : [train] };
}

async function asConflict(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (error instanceof ChangedMeanwhile || error instanceof OperationError)
      throw new RequestError("conflict", error.message);
    if (error instanceof UsageError) throw new RequestError("bad_request", error.message, { at: "text" });
    throw error;
  }
}

async function whereReasoned<T>({ name }: ServedRun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new RequestError("not_found", `No reasoned texts of the run ${name} are there.`, {
      todo: "isrf reason writes them beside the dataset.",
    });
  }
}

function namesOf(dataset: Dataset, subject: Subject): readonly string[] {
  return subject === "item" ? dataset.items.map(({ itemId }) => itemId) : dataset.users;
}

function indexIn(names: readonly string[], { subject, id }: Place, { name }: ServedRun): number {
  const index = names.indexOf(id);
  if (index < 0) throw new RequestError("not_found", `There is no ${subject} ${id} in the run ${name}.`, { at: "id" });
  return index;
}

function placeOf({ directory }: Dataset, subject: Subject, id: string): string {
  return JSON.stringify([directory, subject, id]);
}

function askedOf(asked: AskedAbout | undefined): Chain["asked"] {
  return asked && { ...asked, flaws: [...asked.flaws] };
}

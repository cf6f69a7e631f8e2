// What the vectors are like that a study's systems differ by: whom the graph of similar users (R) puts together, and
// whether the texts behind it were made from held-out items. Looked at when trainings are done, and by none of them.
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { WORK_SEED } from "../../base/seeds.ts";
import { type Dataset, NO_ITEM, type Split, splitOf } from "../../data/index.ts";
import {
  type EmbeddingsManifest,
  embeddingsDirectory,
  type Hubness,
  hubness,
  KeptSimilarUsers,
  neighbourAgreement,
  openEmbeddings,
  randomNeighbours,
} from "../../embedding/index.ts";
import { findSimilarUsers } from "../../recommenders/generative/index.ts";
import { textLeak } from "../audit/text-leaks.ts";
import { type AskedSearch, searchOfPreset } from "../similar-users/takers.ts";
import type { Race } from "./race.ts";

/** Similar users of each, and what they have in common. */
export interface GraphFigures extends Hubness {
  /** k, users of each list. */
  readonly neighbours: number;
  readonly search: AskedSearch["search"];
  /** Share of pairs of a user and a similar one who have a held-out item in common, in [0, 1]. */
  readonly agreement: number;
  /** The same of as many others who are drawn at random. */
  readonly chance: number;
}

/** Vectors of one name beside one data set. */
export interface VectorFigures {
  readonly dataset: string;
  readonly embeddings: string;
  /** Rows of the study that read them. */
  readonly labels: readonly string[];
  readonly textsBy: string;
  readonly encoder: string;
  readonly dimensions: number;
  readonly items: Pick<EmbeddingsManifest["items"], "text" | "coverage" | "emptyRows">;
  readonly users: Pick<EmbeddingsManifest["users"], "text" | "coverage" | "emptyRows">;
  readonly graph: GraphFigures;
  /** L5 of `isrf audit`: user texts made from held-out items. */
  readonly leak: Pick<Awaited<ReturnType<typeof textLeak>>, "verdict" | "reason">;
}

/**
 * Of every data set and every name; undefined where all systems read the same vectors, or none.
 * @throws InputError for vectors that are gone or damaged; CancelledError when stopped.
 */
export async function vectorFigures(
  races: readonly Race[],
  { report = silent, signal }: { readonly report?: Report | undefined; readonly signal?: AbortSignal | undefined },
): Promise<VectorFigures[] | undefined> {
  const read = races.filter(({ system }) => system.embeddings !== undefined);
  if (new Set(read.map(({ system }) => system.embeddings)).size < 2) return undefined;
  const groups = new Map<string, Race[]>();
  for (const race of read) {
    const key = JSON.stringify([race.name, race.system.embeddings]);
    groups.set(key, [...(groups.get(key) ?? []), race]);
  }
  const figures: VectorFigures[] = [];
  for (const group of groups.values()) {
    const { name, system } = group[0]!;
    report({ kind: "stage", stage: "study", detail: `what vectors ${system.embeddings} of ${name} are like` });
    figures.push(await figuresOf(group, signal));
  }
  return figures;
}

async function figuresOf(races: readonly Race[], signal: AbortSignal | undefined): Promise<VectorFigures> {
  const { dataset, name, system, options } = races[0]!;
  const embeddings = system.embeddings!;
  const { users, manifest } = await openEmbeddings(dataset.directory, embeddings, dataset);
  const split = splitOf(dataset);
  const { neighbours, search } = searchOf(races);
  const similar = await findSimilarUsers(users, {
    options: { neighbours, neighbourSearch: search },
    seed: system.seeds[0]!,
    shared: options.shared,
    keptSimilarUsers: new KeptSimilarUsers(embeddingsDirectory(dataset.directory, embeddings)),
    signal,
  });
  const heldOut = heldOutItems(split);
  const random = randomNeighbours(similar, Random.of(WORK_SEED, "random neighbours"));
  const { verdict, reason } = await leakOf(dataset, split, manifest);
  return {
    dataset: name,
    embeddings,
    labels: races.map(({ system: { label } }) => label),
    textsBy: manifest.textsBy,
    encoder: manifest.encoder.kind,
    dimensions: manifest.dimensions,
    items: sideOf(manifest.items),
    users: sideOf(manifest.users),
    graph: {
      neighbours: similar.k,
      search,
      ...hubness(similar),
      agreement: neighbourAgreement(similar, heldOut),
      chance: neighbourAgreement(random, heldOut),
    },
    leak: { verdict, reason },
  };
}

/** As the first of the trainings that reads similar users; as isrf does, where none says how. */
function searchOf(races: readonly Race[]): AskedSearch {
  const asked = races.map(({ system }) => system.resolved[0]!).find(({ neighbours }) => neighbours !== undefined);
  if (asked === undefined) return searchOfPreset("mini");
  return { neighbours: Number(asked.neighbours), search: asked.neighbourSearch as AskedSearch["search"] };
}

/** By user; data that were split by time hold no test item. */
function heldOutItems({ valid, test }: Split): number[][] {
  return Array.from(valid, (item, user) => [item, test[user]!].filter((each) => each !== NO_ITEM));
}

/** As an evaluation asks; `isrf audit RUN` looks for answers to leaking questions besides. */
function leakOf(dataset: Dataset, split: Split, { name, textsBy, items, users, userHistory }: EmbeddingsManifest) {
  const embeddings = { name, textsBy, itemTextHash: items.textHash, userTextHash: users.textHash, userHistory };
  return textLeak(dataset, split, { embeddings }, { counts: false });
}

function sideOf({ text, coverage, emptyRows }: EmbeddingsManifest["items"]): VectorFigures["items"] {
  return { text, coverage, emptyRows };
}

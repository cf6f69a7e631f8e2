// The catalogue as people look at it.
import type { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { cosines, type Matrix } from "../../base/matrix.ts";
import { TopK, topEntries } from "../../base/top-k.ts";
import type { Item as CatalogueItem } from "../../data/index.ts";
import { similar } from "../../pipeline/similar/index.ts";
import { readItemTexts } from "../../reasoning/index.ts";
import { trainedDataset } from "../../runs/run-embeddings.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Item, ItemCard, SimilarItems, Texts } from "../contract/index.ts";
import type { itemsQuery, similarQuery } from "../contract/items.ts";
import type { Store } from "../events/store.ts";
import { RequestError } from "../request-error.ts";
import { writersOf } from "./chains.ts";
import { holdersOf } from "./holders.ts";
import { numbersPage, type Page, pageOf } from "./paging.ts";
import { takersOf } from "./takers.ts";

const SHOWN_HOLDERS = 20;

export function searchItems(
  run: ServedRun,
  { q, category, brand, ...page }: Omit<z.output<typeof itemsQuery>, "run">,
): Page<ItemCard> {
  const filter = {
    categories: category === undefined ? undefined : [category],
    brands: brand === undefined ? undefined : [brand],
  };
  const isFiltered = category !== undefined || brand !== undefined;
  const within = isFiltered ? run.index.spaceOf({ filter }).space.items : undefined;
  const words = (q ?? "").normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const { entries, ...rest } =
    words.length > 0
      ? pageOf(namedBy(run, words, within), page)
      : within === undefined
        ? numbersPage(run.run.dataset.items.length, page)
        : pageOf(within, page);
  return { entries: Array.from(entries, (item) => run.card(item)), ...rest };
}

/** Items whose texts have all words, those that most people have first. */
function namedBy(run: ServedRun, words: readonly string[], within: Int32Array | undefined): number[] {
  const texts = textsOf(run);
  const found: number[] = [];
  const count = within?.length ?? texts.length;
  for (let at = 0; at < count; at++) {
    const item = within?.[at] ?? at;
    if (words.every((word) => texts[item]!.includes(word))) found.push(item);
  }
  return found.sort((a, b) => run.seen[b]! - run.seen[a]! || a - b);
}

/** @throws RequestError (not_found). */
export function indexOf(run: ServedRun, id: string): number {
  const item = run.itemIndex.get(id);
  if (item === undefined)
    throw new RequestError("not_found", `Item ${id} is none of the run ${run.name}.`, { at: "id" });
  return item;
}

/** @param kinds Of the events that make somebody a holder. */
export async function itemPage(run: ServedRun, store: Store, kinds: readonly string[], id: string): Promise<Item> {
  const item = indexOf(run, id);
  const { dataset } = run.run;
  const holders = await holdersOf(dataset.sequences, item, dataset.items.length);
  const events = await store.countOfItem(id);
  const since = await takersOf(run, store, kinds, { id, events, holders, shown: SHOWN_HOLDERS });
  const named = Array.from(holders.subarray(0, SHOWN_HOLDERS), (user) => dataset.users[user]!);
  const { attributes = {}, description } = dataset.items[item]!;
  return {
    ...run.card(item),
    description,
    attributes: { ...attributes },
    texts: await itemTexts(run, item),
    holders: {
      total: holders.length + since.total,
      users: [...named, ...since.first].slice(0, SHOWN_HOLDERS),
    },
    events,
  };
}

/** What was reasoned about an item; undefined where nothing was, or its files are gone. */
async function itemTexts({ run }: ServedRun, item: number): Promise<Texts | undefined> {
  try {
    const dataset = await trainedDataset(run);
    if (item >= dataset.items.length) return undefined;
    const texts = (await readItemTexts(dataset.directory, dataset, [item])).get(item);
    return texts && { ...texts, ...(await writersOf(dataset, "item", run.dataset.items[item]!.itemId)) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** @throws RequestError for an unknown item; UsageError for vectors that the run does not have. */
export async function similarItems(
  run: ServedRun,
  id: string,
  { count, by }: Omit<z.output<typeof similarQuery>, "run">,
): Promise<SimilarItems> {
  const item = indexOf(run, id);
  const [list] = await similar(
    { ...run.run, recommender: run.model.recommender },
    { item: [id], top: count, by, except: run.removed },
  );
  return {
    item: run.card(item),
    by: list!.by,
    items: list!.similar.map(({ rank, score, item: { itemId } }) => ({
      rank,
      similarity: score,
      item: run.cardOf(itemId),
    })),
  };
}

/** Cards of the items nearest to a vector in the space of `items`. */
export function nearestItems(run: ServedRun, vector: Float32Array, items: Matrix, count: number): ItemCard[] {
  const scores = cosines(vector, items);
  const nearest = new TopK(count);
  for (let item = 0; item < scores.length; item++) nearest.push(scores[item]!, item);
  const { size, keys } = nearest.drain(topEntries(count));
  return Array.from(keys.subarray(0, size), (item) => run.card(item));
}

interface SearchTexts {
  readonly items: readonly CatalogueItem[];
  readonly texts: readonly string[];
}

const searched = new WeakMap<ServedRun["model"], SearchTexts>();

/** By model: where a few items change, the others keep their texts. */
function textsOf(run: ServedRun): readonly string[] {
  const { items } = run.run.dataset;
  const known = searched.get(run.model);
  if (known?.items === items) return known.texts;
  const texts = items.map((item, at) => (item === known?.items[at] ? known.texts[at]! : textOf(item)));
  searched.set(run.model, { items, texts });
  return texts;
}

function textOf({ itemId, title = "", brand = "", categories = [] }: CatalogueItem): string {
  return [itemId, title, brand, ...categories].join("\n").normalize("NFKC").toLowerCase();
}

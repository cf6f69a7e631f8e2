// Recommendations from a history, wherever JavaScript runs.
import { type FindByWords, finderByWords, type Searched } from "../base/found-by-words.ts";
import type { About, Answer, Behind, Evidence, Item, Recommendation, Recommender, RecommendOptions } from "./api.ts";
import { followingOf } from "./neighbour-shares.ts";
import { type RunModel, type Summed, TermValues } from "./term-values.ts";
import { type Catalogue, openTables, type WebSettings } from "./web-files.ts";

export interface WebParts {
  readonly run: RunModel;
  /** Releases what `run` holds. */
  readonly release: () => Promise<void>;
  readonly tables: Uint8Array;
  readonly catalogue: Catalogue;
}

const COUNT = 10;
/** Items of the history that are looked at for reasons, the newest. */
const LOOKED_AT = 12;

export class WebRecommender implements Recommender {
  readonly about: About;
  readonly items: readonly Item[];
  private readonly settings: WebSettings;
  private readonly indices: ReadonlyMap<string, number>;
  private readonly popularity: Float32Array;
  private readonly values: TermValues;
  private readonly release: () => Promise<void>;
  /** Made by the first search: most pages never search. */
  private find: FindByWords | undefined;

  constructor({ run, release, tables: file, catalogue }: WebParts) {
    const { settings, tables } = openTables(file);
    this.settings = settings;
    this.items = itemsOf(catalogue);
    this.indices = new Map(this.items.map(({ id }, index) => [id, index]));
    this.popularity = tables.get("counts") as Float32Array;
    const traits = { count: this.popularity, cold: tables.get("cold") as Uint8Array };
    const following = followingOf(tables, this.items.length);
    this.values = new TermValues({ settings, following, traits, run });
    this.release = release;
    const terms = settings.terms.map(({ name, describes }) => ({ name, describes }));
    this.about = { system: settings.system, items: this.items.length, terms, longestHistory: settings.slots };
  }

  item(id: string): Item | undefined {
    return this.items[this.indices.get(id) ?? -1];
  }

  async recommend(history: readonly string[], options: RecommendOptions = {}): Promise<Answer> {
    const started = performance.now();
    const { known, unknown } = this.read(history);
    const without = new Set(options.without ?? []);
    for (const term of without) this.requireTerm(term);
    const summed =
      known.length === 0
        ? { scores: this.popularity, adds: this.settings.terms.map(() => undefined) }
        : await this.values.of(known, without);
    const open = this.openItems(new Set(known), options.only);
    const best = bestOf(summed.scores, open, options.count ?? COUNT);
    const typical = summed.adds.map((adds, term) => this.typical(term, adds, open));
    const items = best.map((item, place) => this.recommendation(summed, typical, item, place + 1));
    const made = known.length === 0 ? "fallback" : "history-only";
    return { items, made, unknown, ms: performance.now() - started };
  }

  async behind(history: readonly string[], id: string): Promise<readonly Behind[]> {
    const item = this.indices.get(id);
    if (item === undefined) throw new RangeError(`item ${id} is not in the catalogue.`);
    const known = this.read(history).known.slice(-LOOKED_AT);
    const strengths = await this.values.strengths(known, item);
    return this.settings.terms.map(({ name }) => {
      const own = strengths.get(name) ?? [];
      const items = own.flatMap((strength, at) => (strength > 0 ? [{ item: this.items[known[at]!]!, strength }] : []));
      return { term: name, items: items.sort((a, b) => b.strength - a.strength) };
    });
  }

  search(words: string, count = COUNT): readonly Item[] {
    this.find ??= finderByWords(this.items.map(searchedOf));
    return this.find(words)
      .slice(0, count)
      .map((at) => this.items[at]!);
  }

  dispose(): Promise<void> {
    return this.release();
  }

  /** Known items without repeats, oldest first, and ids that are none. */
  private read(history: readonly string[]): { known: Int32Array; unknown: string[] } {
    const ids = [...new Set(history)];
    return {
      known: Int32Array.from(ids.flatMap((id) => this.indices.get(id) ?? [])),
      unknown: ids.filter((id) => !this.indices.has(id)),
    };
  }

  private requireTerm(term: string): void {
    const names = this.settings.terms.map(({ name }) => name);
    if (!names.includes(term)) throw new RangeError(`term ${term}: expected some of ${names.join(", ")}.`);
  }

  private openItems(owned: ReadonlySet<number>, only: RecommendOptions["only"]): Int32Array {
    const all = Int32Array.from(this.items.keys());
    return all.filter((item) => !owned.has(item) && (only?.(this.items[item]!) ?? true));
  }

  /** What a term adds on the mean; 0 where that would say that nothing is known. */
  private typical(term: number, adds: Float32Array | undefined, open: Int32Array): number {
    if (adds === undefined || this.settings.terms[term]!.isSilentAtZero) return 0;
    return open.reduce((sum, item) => sum + adds[item]!, 0) / Math.max(1, open.length);
  }

  private recommendation(
    { scores, adds }: Summed,
    typical: readonly number[],
    item: number,
    rank: number,
  ): Recommendation {
    const evidence = adds.flatMap((own, term): Evidence[] => {
      if (own === undefined) return [];
      return [{ term: this.settings.terms[term]!.name, adds: own[item]!, ahead: own[item]! - typical[term]! }];
    });
    return { rank, item: this.items[item]!, score: scores[item]!, evidence };
  }
}

/** The `count` items of `open` with the best scores; of equal ones the first. */
function bestOf(scores: Float32Array, open: Int32Array, count: number): number[] {
  const best: number[] = [];
  for (const item of open) {
    if (best.length === count && scores[item]! <= scores[best.at(-1)!]!) continue;
    let place = best.length;
    while (place > 0 && scores[best[place - 1]!]! < scores[item]!) place--;
    best.splice(place, 0, item);
    if (best.length > count) best.pop();
  }
  return best;
}

function itemsOf({ items, brands, categories }: Catalogue): Item[] {
  return items.map(([id, title, brand, path]) => ({
    id,
    title,
    brand: brands[brand],
    categories: categories[path] ?? [],
  }));
}

function searchedOf({ id, title, brand, categories }: Item): Searched {
  return { id, text: [title, brand ?? "", ...categories].join(" ") };
}

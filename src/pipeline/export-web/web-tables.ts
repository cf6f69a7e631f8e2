// What the browser reads beside the ONNX model: settings with weights, counts, what was taken together, item cards.
import { toHalves } from "../../base/half-floats.ts";
import { type Catalogue, packTables, type TableData, type WebSettings } from "../../browser/index.ts";
import type { Item } from "../../data/index.ts";
import { type HistoryModel, type HistoryProgram, SLOTS, TERM_CONSTANTS } from "../../recommenders/exported/index.ts";

export function webSettings(
  system: string,
  { weights, individual }: HistoryModel,
  { program, values, sequenceSlots }: HistoryProgram,
  terms: WebSettings["terms"],
): WebSettings {
  const fed = program.inputs.map(({ attributes: { name } }) => name);
  return {
    format: 1,
    system,
    terms,
    inputs: fed.filter((name) => values[name] === undefined && !program.constants.has(name)),
    scales: weights.scales,
    values: [...weights.values],
    slots: SLOTS,
    sequenceSlots,
    stretch: individual?.stretch ?? 1,
    ...TERM_CONSTANTS,
  };
}

/** `isHalf`: shares of neighbours in 16 bits. Item numbers take 16 bits wherever they fit. */
export function webTables(settings: WebSettings, model: HistoryModel, isHalf: boolean): Uint8Array {
  const { counts, scaled, following } = model;
  const tables: Record<string, TableData> = {
    counts: scaled,
    cold: Uint8Array.from(counts, (count) => Number(count === 0)),
  };
  if (following !== undefined) {
    const { offsets, indices, values } = following;
    tables["following.offsets"] = offsets;
    tables["following.items"] = counts.length <= 1 << 16 ? Uint16Array.from(indices) : indices;
    tables["following.values"] = isHalf ? toHalves(values) : values;
  }
  return packTables(settings, tables);
}

/** Brands and categories once each. */
export function webCatalogue(items: readonly Item[]): Catalogue {
  const [brands, paths] = [new Map<string, number>(), new Map<string, number>()];
  const place = (known: Map<string, number>, key: string): number => {
    const at = known.get(key) ?? known.size;
    known.set(key, at);
    return at;
  };
  const rows = items.map(({ itemId, title, brand, categories }) => {
    const brandAt = brand === undefined ? -1 : place(brands, brand);
    const pathAt = categories === undefined ? -1 : place(paths, JSON.stringify(categories));
    return [itemId, title ?? itemId, brandAt, pathAt] as const;
  });
  return { brands: [...brands.keys()], categories: [...paths.keys()].map((path) => JSON.parse(path)), items: rows };
}

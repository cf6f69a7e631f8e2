import { afterEach, describe, expect, it, vi } from "vitest";
import { WebRecommender } from "./recommender.ts";
import { type Catalogue, packTables, type WebSettings } from "./web-files.ts";

const SETTINGS: WebSettings = {
  format: 1,
  system: "isrf",
  terms: [],
  inputs: [],
  scales: [],
  values: [],
  slots: 4,
  sequenceSlots: 4,
  stretch: 1,
  textDecay: 1,
  newest: 1,
  newestDecay: 1,
  neighbourDecay: 1,
  leastShare: 1,
};
const CATALOGUE: Catalogue = {
  brands: ["Opal"],
  categories: [["tea", "green tea"]],
  items: [
    ["B001", "Sencha, 100 g", 0, 0],
    ["B002", "Crème for hands", -1, -1],
    ["B003", "Opal fruits", -1, -1],
  ],
};

function recommender(): WebRecommender {
  const count = CATALOGUE.items.length;
  return new WebRecommender({
    run: () => Promise.reject(new Error("nobody is recommended anything here")),
    release: async () => {},
    tables: packTables(SETTINGS, { counts: new Float32Array(count), cold: new Uint8Array(count) }),
    catalogue: CATALOGUE,
  });
}

describe("the search of an exported model", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("finds by title, brand, category and id, without case and accents", () => {
    const idsOf = (words: string) =>
      recommender()
        .search(words)
        .map(({ id }) => id);
    expect(idsOf("creme")).toEqual(["B002"]);
    expect(idsOf("GREEN opal")).toEqual(["B001"]);
    expect(idsOf("opal")).toEqual(["B003", "B001"]);
    expect(idsOf("b002")).toEqual(["B002"]);
    expect(idsOf("coffee")).toEqual([]);
  });

  it("reads the catalogue once, however many words are looked for", () => {
    const normalise = vi.spyOn(String.prototype, "normalize");
    const model = recommender();
    model.search("s");
    const atFirst = normalise.mock.calls.length;
    for (const words of ["se", "sen", "senc"]) model.search(words);
    expect(normalise.mock.calls.length - atFirst).toBe(3);
  });
});

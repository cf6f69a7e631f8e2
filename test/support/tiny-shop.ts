// A shop small enough to know by heart: three kinds of things, users who each keep to one kind, all fields filled.
import type { Dataset, Item } from "../../src/data/dataset.ts";
import { wholeSequences } from "../../src/data/lists.ts";

const KINDS = [
  { range: "Nails", topic: "Nail Polish", brands: ["Opal", "Lacquer Lab"], nouns: ["polish", "lacquer", "shimmer"] },
  { range: "Nails", topic: "Nail Files", brands: ["Filette", "Opal"], nouns: ["file", "emery", "buffer"] },
  { range: "Hair", topic: "Shampoo", brands: ["Foamy", "Rivulet"], nouns: ["shampoo", "argan", "curl"] },
] as const;
const COLOURS = ["red", "blue", "green", "rose", "amber"];

/** `nItems` items, kinds in turn; user u buys `length` items of kind u % 3 and, third to last, one of the next kind. */
export function tinyShop(directory: string, { nUsers = 12, nItems = 30, length = 7 } = {}): Dataset {
  const items = Array.from({ length: nItems }, (_, i): Item => {
    const kind = KINDS[i % 3]!;
    const number = Math.floor(i / 3);
    return {
      itemId: `item-${i}`,
      title: `${COLOURS[number % 5]} ${kind.nouns[number % 3]} ${kind.nouns[(number + 1) % 3]}`,
      brand: kind.brands[number % 2]!,
      price: 3 + number,
      categories: ["Beauty", kind.range, kind.topic],
      description: `A ${kind.nouns[0]} for ${kind.range.toLowerCase()}.`,
      sourceNumber: i + 1,
    };
  });
  const perKind = Math.floor(nItems / 3);
  const sequences = Array.from({ length: nUsers }, (_, u) =>
    Int32Array.from({ length }, (_, j) => {
      const kind = (u + Number(j === length - 3)) % 3;
      return (((u + j) % perKind) * 3 + kind) % nItems;
    }),
  );
  const users = sequences.map((_, u) => `user-${u}`);
  const counts = { users: nUsers, items: nItems, interactions: nUsers * length };
  return {
    directory,
    manifest: {
      format: 1,
      kind: "dataset",
      name: "tiny",
      productVersion: "0.0.0",
      domain: "beauty product",
      inputs: [],
      options: {},
      seed: 1,
      counts,
    },
    hash: `tiny-${nUsers}-${nItems}-${length}`,
    users,
    items,
    sequences: wholeSequences(sequences),
  };
}

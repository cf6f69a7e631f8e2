import { describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { Random } from "../base/random.ts";
import { allowedTokens, PrefixTree } from "./prefix-tree.ts";

const END = 1;

describe("PrefixTree", () => {
  const tree = PrefixTree.of(
    [
      [7, 3, END],
      [7, END],
      [5, 3, 2, END],
      [7, 3, 4, END],
    ],
    END,
  );

  it("offers the next tokens of every valid prefix, ascending", () => {
    expect([...allowedTokens({ tree }, PrefixTree.ROOT)]).toEqual([5, 7]);
    const seven = tree.child(PrefixTree.ROOT, 7);
    expect([...allowedTokens({ tree }, seven)]).toEqual([END, 3]);
    expect([...allowedTokens({ tree }, tree.child(seven, 3))]).toEqual([END, 4]);
    expect(tree.child(PrefixTree.ROOT, 6)).toBe(-1);
    expect(tree.longest).toBe(4);
  });

  it("closes a branch only when all its leaves are excluded", () => {
    const some = tree.without([0, 3, 3, 99]);
    const seven = tree.child(PrefixTree.ROOT, 7);
    expect([...allowedTokens(some, PrefixTree.ROOT)]).toEqual([5, 7]);
    expect([...allowedTokens(some, seven)]).toEqual([END]);
    expect([...allowedTokens(tree.without([0, 1, 3]), PrefixTree.ROOT)]).toEqual([5]);
  });

  it("spells every item back and knows no other spelling", () => {
    expect(tree.itemOf([7, 3])).toBe(0);
    expect(tree.itemOf([7])).toBe(1);
    expect(tree.itemOf([5, 3])).toBe(-1);
    expect(tree.itemOf([7, 3, 4, 4])).toBe(-1);
    expect(tree.itemOf([])).toBe(-1);
  });

  it("keeps the item numbers of the catalogue in a tree of candidates", () => {
    const small = tree.restrictedTo([3, 1, 3]);
    expect(small.leafCount).toBe(2);
    expect(small.itemOf([7, 3, 4])).toBe(3);
    expect(small.itemOf([7, 3])).toBe(-1);
    expect(small.restrictedTo([1]).itemOf([7])).toBe(1);
  });

  it("holds exactly the given sequences, whatever they are", () => {
    const sequences = fc.uniqueArray(fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 40,
      selector: (tokens) => tokens.join(" "),
    });
    fc.assert(
      fc.property(sequences, (all) => {
        const built = PrefixTree.of(
          all.map((tokens) => [...tokens, END]),
          END,
        );
        const spelt = new Map<number, string>();
        const walk = (node: number, prefix: number[]) => {
          if (built.items[node]! >= 0) spelt.set(built.items[node]!, prefix.slice(0, -1).join(" "));
          for (const token of allowedTokens({ tree: built }, node)) walk(built.child(node, token), [...prefix, token]);
        };
        walk(PrefixTree.ROOT, []);
        expect(spelt.size).toBe(all.length);
        all.forEach((tokens, item) => {
          expect(spelt.get(item)).toBe(tokens.join(" "));
          expect(built.itemOf(tokens)).toBe(item);
        });
      }),
    );
  });

  it("turns a distribution over items into one over tokens, whose logarithms add up along every item's path", () => {
    const random = Random.of(7, "shares");
    const sequences = [
      [5, 2, 1],
      [5, 3, 1],
      [6, 2, 4, 1],
      [6, 2, 1],
      [7, 1],
    ];
    const tree = PrefixTree.of(sequences, 1);
    const weights = sequences.map(() => random.uniform() + 0.01);
    const total = weights.reduce((a, b) => a + b, 0);
    const shares = tree.logShares(weights.map((w) => Math.log(w / total)));
    sequences.forEach((sequence, item) => {
      let node = PrefixTree.ROOT;
      let sum = 0;
      for (const token of sequence) {
        node = tree.child(node, token);
        sum += shares[node]!;
      }
      expect(Math.exp(sum)).toBeCloseTo(weights[item]! / total, 5);
    });
    expect(Math.exp(shares[tree.child(PrefixTree.ROOT, 5)]!)).toBeCloseTo((weights[0]! + weights[1]!) / total, 5);
  });

  it("refuses equal sequences, a missing end token and unknown candidates", () => {
    expect(() =>
      PrefixTree.of(
        [
          [2, END],
          [2, END],
        ],
        END,
      ),
    ).toThrow(/items 0 and 1 have the same/);
    expect(() => PrefixTree.of([[2, 3]], END)).toThrow(/item 0 has tokens \[2 3\]/);
    expect(() => PrefixTree.of([[2, END, 3, END]], END)).toThrow(/item 0/);
    expect(() => PrefixTree.of([], END)).toThrow(/no token sequences/);
    expect(() => tree.restrictedTo([9])).toThrow(/item 9/);
    expect(() => tree.restrictedTo([])).toThrow(/no candidates/);
  });
});

import { describe, expect, it } from "vitest";
import { InputError } from "../base/errors.ts";
import { cosine, dot, row } from "../base/matrix.ts";
import { fitLsa } from "./lsa.ts";
import { learnVocabulary, tfIdf } from "./tf-idf.ts";
import { singular, tokenise } from "./tokenise.ts";

describe("terms", () => {
  it("are words without stop words and numbers of one digit, plurals folded", () => {
    expect(tokenise("The 3 Brushes & 2 glasses for berries, Argan-Oils and bonus mousse")).toEqual([
      "brush",
      "glass",
      "berry",
      "argan",
      "oil",
      "bonus",
      "mousse",
    ]);
  });

  it.each([
    ["ties", "tie"],
    ["boxes", "box"],
    ["creases", "crease"],
    ["gas", "gas"],
    ["lens", "len"],
    ["basis", "basis"],
  ])("fold %s to %s", (word, expected) => {
    expect(singular(word)).toBe(expected);
  });

  it("are pairs of signs where no spaces part words, and one sign where it stands alone", () => {
    expect(tokenise("軽量テント 茶 USBケーブル A")).toEqual([
      "軽量",
      "量テ",
      "テン",
      "ント",
      "茶",
      "usb",
      "ケー",
      "ーブ",
      "ブル",
    ]);
  });

  it("are what they always were in texts of other scripts", () => {
    const text = "L'Oréal Größe Ёлка 한국 हिन्दी עברית العربية Ελλάδα e\u0301te\u0301 500ml";
    // Of what the version before pairs of signs made of it.
    const expected = "loreal große елка 한국 हनद עברית العربية ελλαδα ete 500ml";
    expect(tokenise(text).join(" ")).toBe(expected.normalize("NFKD"));
  });

  it("include neighbouring pairs on request", () => {
    expect(tokenise("nail polish remover", true)).toEqual([
      "nail",
      "polish",
      "remover",
      "nail polish",
      "polish remover",
    ]);
  });
});

describe("TF-IDF", () => {
  it("weighs by hand-worked logarithms and scales rows to length 1", () => {
    const texts = [["a", "a", "b"], ["a", "c"], ["b", "d"], ["d"]];
    const vocabulary = learnVocabulary(texts, { minimumDocuments: 2 })!;
    expect([...vocabulary.columns.keys()]).toEqual(["a", "b", "d"]);
    // All three are in 2 of 4 texts: ln(5/3).
    for (const value of vocabulary.idf) expect(value).toBeCloseTo(Math.log(5 / 3), 12);
    const { offsets, indices, values } = tfIdf(texts, vocabulary);
    expect([...offsets]).toEqual([0, 2, 3, 5, 6]);
    expect([...indices]).toEqual([0, 1, 0, 1, 2, 2]);
    // Row 0: weights (1 + ln 2) : 1.
    const length = Math.hypot(1 + Math.log(2), 1);
    expect(values[0]).toBeCloseTo((1 + Math.log(2)) / length, 6);
    expect(values[1]).toBeCloseTo(1 / length, 6);
    expect(values[2]).toBe(1);
  });

  it("drops words that every text has", () => {
    const texts = [
      ["user", "x"],
      ["user", "x"],
      ["user", "y"],
    ];
    expect([...learnVocabulary(texts, { minimumDocuments: 1 })!.columns.keys()]).toEqual(["x", "y"]);
  });
});

it("counts as many terms as it can, and says where there are more", () => {
  const texts = [["a", "b"], ["b", "c"], ["a"]];
  expect(learnVocabulary(texts, { minimumDocuments: 1, mostTerms: 3 })!.columns.size).toBe(3);
  expect(learnVocabulary(texts, { minimumDocuments: 1, mostTerms: 2 })).toBeUndefined();
});

describe("LSA", () => {
  const nails = ["red nail polish", "nail lacquer", "polish lacquer shine", "nail shine polish"];
  const hair = ["argan shampoo", "hair shampoo curl", "curl conditioner hair", "argan conditioner"];
  const tools = ["steel file tool", "tool kit steel", "file kit", "steel kit tool"];
  const texts = [...nails, ...hair, ...tools];

  it("puts texts of one topic together, even those without a common word", async () => {
    const encoder = await fitLsa(texts, { dimensions: 3, seed: 1 });
    const rows = await encoder.encode(texts);
    for (let i = 0; i < texts.length; i++) {
      for (let j = 0; j < texts.length; j++) {
        const similarity = cosine(row(rows, i), row(rows, j));
        if (Math.floor(i / 4) === Math.floor(j / 4)) expect(similarity).toBeGreaterThan(0.8);
        else expect(Math.abs(similarity)).toBeLessThan(0.1);
      }
    }
    // "nail lacquer" and "argan shampoo" apart; "argan shampoo" and "curl conditioner hair" share no word.
    expect(cosine(row(rows, 4), row(rows, 6))).toBeGreaterThan(0.8);
  });

  it("gives unit rows, zeros for a text without known words, and the same numbers for the same seed", async () => {
    const encoder = await fitLsa(texts, { dimensions: 5, seed: 2 });
    const rows = await encoder.encode(["red nail polish", "quantum chromodynamics"]);
    expect(dot(row(rows, 0), row(rows, 0))).toBeCloseTo(1, 6);
    expect([...row(rows, 1)]).toEqual([0, 0, 0, 0, 0]);
    const again = await fitLsa(texts, { dimensions: 5, seed: 2 });
    expect(await again.encode(["red nail polish", "quantum chromodynamics"])).toEqual(rows);
  });

  it("gives a text the same numbers, whatever stands before it and however far back it is", async () => {
    const encoder = await fitLsa(texts, { dimensions: 5, seed: 2 });
    const alone = await encoder.encode(texts);
    const many = await encoder.encode([...Array<string>(4090).fill("nail"), ...texts]);
    expect(many.rows).toBe(4102);
    expect(many.data.subarray(4090 * many.columns)).toEqual(alone.data);
  });

  it("has no more dimensions than the texts support", async () => {
    const encoder = await fitLsa(["a1 b1", "a1 b1", "c1 d1", "c1 d1"], { dimensions: 256, seed: 1 });
    expect(encoder.dimensions).toBe(2);
  });

  it("folds other texts into the space of the fitted ones", async () => {
    const encoder = await fitLsa(texts, { dimensions: 3, seed: 1 });
    const user = row(await encoder.encode(["The user likes shampoo and conditioner"]), 0);
    expect(cosine(user, row(await encoder.encode(["hair curl"]), 0))).toBeGreaterThan(0.8);
    expect(Math.abs(cosine(user, row(await encoder.encode(["steel file"]), 0)))).toBeLessThan(0.1);
  });

  it("puts texts without spaces together by what they share", async () => {
    const tents = ["軽量テント二人用", "防水テント四人用", "登山テント軽量", "軽量防水テント"];
    const bags = ["ภาชนะกระเป๋าผ้า", "กระเป๋าหนังแท้", "ถุงกระเป๋าผ้าไหม", "กระเป๋าผ้าสีแดง"];
    const asian = [...tents, ...bags];
    const rows = await (await fitLsa(asian, { dimensions: 2, seed: 1 })).encode(asian);
    for (let i = 0; i < 8; i++)
      for (let j = 0; j < 8; j++)
        if (Math.floor(i / 4) === Math.floor(j / 4)) expect(cosine(row(rows, i), row(rows, j))).toBeGreaterThan(0.8);
        else expect(Math.abs(cosine(row(rows, i), row(rows, j)))).toBeLessThan(0.1);
  });

  it("says so when the texts have nothing to tell", async () => {
    await expect(fitLsa(["", "same", "same"], { seed: 1, minimumDocuments: 3 })).rejects.toThrow(InputError);
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { appendToDataset } from "../append/append-dataset.ts";
import { importDataset } from "../import-dataset.ts";
import { openDataset } from "../open-dataset.ts";
import { trainingView } from "../protocols/training-view.ts";
import { splitLeaveLastTwo } from "../split.ts";
import { loadReviews } from "./explanations-file.ts";

const USERS = Array.from({ length: 12 }, (_, k) => k + 1);
/** User u has items u, u + 1, ... u + 4 of 12, in this order. */
const itemsOf = (user: number) => Array.from({ length: 5 }, (_, k) => ((user + k - 1) % 12) + 1);
const SEQUENTIAL = USERS.map((user) => `${[user, ...itemsOf(user)].join(" ")}\n`).join("");
const MAPS = JSON.stringify({
  id2user: Object.fromEntries(USERS.map((user) => [user, `ann${user}`])),
  id2item: Object.fromEntries(USERS.map((item) => [item, `B00${item}`])),
});
const INTERACTIONS = USERS.flatMap((user) => itemsOf(user).map((item, at) => `ann${user},B00${item},${at}`));

async function imported(files: Readonly<Record<string, string | Uint8Array>>, explanations: string, isP5 = true) {
  const tables = isP5
    ? { "sequential.txt": SEQUENTIAL, "datamaps.json": MAPS }
    : { "interactions.csv": `user,item,timestamp\n${INTERACTIONS.join("\n")}\n` };
  const directory = await directoryWith({ ...tables, ...files });
  const events: ProgressEvent[] = [];
  const from = isP5 ? { dir: directory } : { interactions: join(directory, "interactions.csv") };
  const options = { ...from, kCore: 0, minLength: 3, explanations: join(directory, explanations) };
  const out = join(directory, "shop");
  const dataset = await importDataset({ ...options, out }, (event) => events.push(event));
  const messages = events.flatMap((event) => ("message" in event ? [event.message.replaceAll(directory, "")] : []));
  const user = (id: string) => dataset.users.indexOf(id);
  const item = (id: string) => dataset.items.findIndex(({ itemId }) => itemId === id);
  return { directory, out, dataset, messages, user, item, reviews: (await loadReviews(dataset))! };
}

describe("the review file of P5's successors", () => {
  it("is read by the numbers of sequential.txt, with its own split", async () => {
    const told = (user: number, item: number) => {
      return { user, item, explanation: ` nice  and${item} `, feature: `f${item}`, rating: 5 };
    };
    const file = { train: [told(1, 1), told(1, 5), told(2, 3)], val: [told(2, 2)], test: [told(3, 3)] };
    const { reviews, dataset, messages, user, item } = await imported(
      { "explanation.json": JSON.stringify(file) },
      "explanation.json",
    );
    expect(reviews.of(user("ann1"), item("B005"))).toEqual({ text: "nice and5", feature: "f5" });
    expect(reviews.of(user("ann3"), item("B004"))).toBeUndefined();
    expect(Array.from(reviews.parts!.train[user("ann1")]!)).toEqual([item("B001"), item("B005")]);
    expect(Array.from(reviews.parts!.test[user("ann3")]!)).toEqual([item("B003")]);
    expect(dataset.manifest.explanations).toMatchObject({
      files: ["explanation.json"],
      sentences: 5,
      withFeature: 5,
      withRating: 5,
      parts: { train: 3, valid: 1, test: 1 },
      leftOut: [],
    });
    expect(dataset.manifest.inputs.map((input) => input.file)).toContain("explanation.json");
    expect(messages).toContain("/explanation.json: users go by the numbers of sequential.txt.");
    expect(messages).toContain("/explanation.json: sentences on 5 of 60 interactions (8.3 %), each with a feature.");
  });

  it("may hold the ids themselves, and an array without records", async () => {
    const file = { train: [{ reviewerID: "ann1", asin: "B002", explanation: "good" }], val: [], test: [] };
    const { reviews, user, item } = await imported({ "splits.json": JSON.stringify(file) }, "splits.json");
    expect(reviews.of(user("ann1"), item("B002"))).toEqual({ text: "good" });
    expect(reviews.parts!.valid.every(({ length }) => length === 0)).toBe(true);
  });

  it("is refused as a pickle, which would be run", async () => {
    const pickle = Uint8Array.from([0x80, 3, 0x7d, 0x2e]);
    await expect(imported({ "exp_splits.pkl": pickle }, "exp_splits.pkl")).rejects.toThrow(
      /exp_splits\.pkl: found a Python pickle, which is a program.*expected JSON: \{"train"/,
    );
  });

  it("is refused with an array that is no part", async () => {
    const file = JSON.stringify({ train: [{ user: 1, item: 1, explanation: "a" }], extra: [{ user: 1 }] });
    await expect(imported({ "e.json": file }, "e.json")).rejects.toThrow(/an array "extra".*expected the part/);
  });
});

describe("a shop's own review file", () => {
  const lines = [
    { user: "ann1", item: "B001", sentence: "first, and it counts", feature: "first" },
    { user: "ann1", item: "B001", sentence: "second" },
    { user: "ann1", item: "B002", sentence: "  " },
    { user: "bob", item: "B002", sentence: "who is it" },
    { user: "ann1", item: "X", sentence: "what is it" },
    { user: "ann1", item: "B009", sentence: "never bought" },
    { user: "", item: "B002", sentence: "nobody" },
    { user: "ann2", item: "B002", sentence: "kept \u00fcber alles" },
  ];

  it("is read as JSON lines; what is left out is counted and named by its reason", async () => {
    const file = lines.map((line) => JSON.stringify(line)).join("\n");
    const { dataset, messages, reviews } = await imported({ "r.jsonl": file }, "r.jsonl", false);
    const { sentences, withFeature, parts, leftOut } = dataset.manifest.explanations!;
    expect({ sentences, withFeature, parts }).toEqual({ sentences: 2, withFeature: 1, parts: undefined });
    expect(reviews.parts).toBeUndefined();
    expect(leftOut.map(({ reason, count }) => [reason, count])).toEqual([
      ["a repeat of a user and item", 1],
      ["an empty sentence", 1],
      ["an unknown user", 1],
      ["an unknown item", 1],
      ["a user and item without an interaction", 1],
      ["no user or no item", 1],
    ]);
    expect(leftOut[2]!.examples).toEqual([{ place: "user bob, item B002", text: "who is it" }]);
    expect(messages.find((message) => message.includes("left out of 8"))).toContain("1 with an unknown user");
  });

  it("says the same as CSV, whatever its columns are called", async () => {
    const jsonl = await imported({ "r.jsonl": lines.map((line) => JSON.stringify(line)).join("\n") }, "r.jsonl", false);
    const rows = lines.map(({ user, item, sentence, feature = "" }) =>
      [user, item, `"${sentence}"`, feature].join(","),
    );
    const csv = ["Customer_ID,SKU,Review Text,aspect", ...rows].join("\n");
    const { dataset } = await imported({ "r.csv": csv }, "r.csv", false);
    expect(dataset.manifest.explanations!.hash).toBe(jsonl.dataset.manifest.explanations!.hash);
    expect(dataset.hash).toBe(jsonl.dataset.hash);
  });

  it("may name the part of each record", async () => {
    const csv = "user,item,text,split\nann1,B001,a,Train\nann1,B002,b,validation\nann1,B003,c,test\n";
    const { reviews } = await imported({ "r.csv": csv }, "r.csv", false);
    expect(reviews.parts!.valid.flatMap((items) => [...items])).toHaveLength(1);
    const wrong = csv.replace("validation", "later");
    await expect(imported({ "r.csv": wrong }, "r.csv", false)).rejects.toThrow(/r\.csv:3: found "later" in "split"/);
  });

  it("is refused where nothing in it is of this shop, or no column holds sentences", async () => {
    const other = JSON.stringify({ user: "zoe", item: "Z1", text: "hm" });
    await expect(imported({ "r.jsonl": other }, "r.jsonl", false)).rejects.toThrow(
      /found none of 1 sentences on a pair of the shop: 1 with an unknown user, expected users .* "ann1" and "B001"/,
    );
    await expect(imported({ "r.csv": "user,item,stars\nann1,B001,5\n" }, "r.csv", false)).rejects.toThrow(
      /no column of the sentence among user, item, stars, expected one of sentence, explanation/,
    );
  });

  it("leaves protocol paper its simulated split, of which pairs with a sentence remain", async () => {
    const file = lines.map((line) => JSON.stringify(line)).join("\n");
    const { dataset, reviews } = await imported({ "r.jsonl": file }, "r.jsonl", false);
    const { graph, description } = trainingView("paper", dataset, splitLeaveLastTwo(dataset), undefined, reviews);
    expect(description.graph).toContain("those with a sentence");
    graph.forEach((items, user) => {
      for (const item of items) expect(reviews.of(user, item)).toBeDefined();
    });
    expect(graph.reduce((sum, items) => sum + items.length, 0)).toBeGreaterThan(0);
  });

  it("goes along into a later version of the dataset", async () => {
    const file = lines.map((line) => JSON.stringify(line)).join("\n");
    const { directory, out } = await imported(
      { "r.jsonl": file, "more.csv": "user,item,timestamp\nann1,B009,99\n" },
      "r.jsonl",
      false,
    );
    const later = join(directory, "later");
    await appendToDataset(out, { interactions: join(directory, "more.csv"), out: later });
    const dataset = await openDataset(later);
    expect(dataset.manifest.explanations).toEqual((await openDataset(out)).manifest.explanations);
    expect((await loadReviews(dataset))!.of(0, dataset.sequences[0]![0]!)).toEqual({
      text: "first, and it counts",
      feature: "first",
    });
  });
});

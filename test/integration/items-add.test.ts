// Items that a run never saw, added through the command line: who is like their kind is recommended them, by their
// texts, and nothing else changes.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matrix, rowsAt, stacked } from "../../src/base/matrix.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { type Dataset, type Item, openDataset, synthesiseShop } from "../../src/data/index.ts";
import type { EvidenceExplanation } from "../../src/pipeline/explain/index.ts";
import { trainedParts } from "../../src/recommenders/isrf/trained-parts.ts";
import { evidencePart } from "../../src/recommenders/part-folders.ts";
import { loadEvidence, saveEvidence } from "../../src/recommenders/witnesses/evidence-files.ts";
import { generatorOfKnown } from "../../src/recommenders/witnesses/generator.ts";
import { PARTS, type Weights } from "../../src/recommenders/witnesses/mixture/weights.ts";
import { openRun } from "../../src/runs/run.ts";
import { shell } from "../support/shell.ts";

const TINY =
  "--preset tiny --set width=16 --set warmStartEpochs=4 --set validationUsers=40 --set batch=32 --epochs 1 --set sequenceEpochs=6 --threads 1";
/** Held out of each of two kinds. */
const HELD = 3;

let folder: string;
let run: string;
let shop: Dataset;
/** Items that the shop lacks, by kind, and items of the same kinds that it has. */
const kinds: { readonly name: string; readonly fresh: readonly Item[]; readonly known: readonly Item[] }[] = [];

async function said(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" });
  return `${stdout}${stderr}`;
}

async function answered(line: string): Promise<string[]> {
  const { recommendations } = JSON.parse((await shell(`${line} --json`, commands)).stdout);
  return recommendations.map(({ item }: { item: { itemId: string } }) => item.itemId);
}

const idsOf = (items: readonly Item[]): string[] => items.map(({ itemId }) => itemId);
const kindOf = ({ categories = [] }: Item): string => categories.slice(0, 2).join(" > ");
const catalogue = (items: readonly Item[]): string =>
  `${items.map(({ itemId, title, brand, price, categories }) => JSON.stringify({ item_id: itemId, title, brand, price, categories })).join("\n")}\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const whole = await synthesiseShop({ users: 200, items: 240, seed: 5, out: join(folder, "whole") });
  const names = [...new Set(whole.items.map(kindOf))];
  const byKind = names.map((name) => [name, whole.items.filter((item) => kindOf(item) === name)] as const);
  const largest = byKind.sort(([, a], [, b]) => b.length - a.length).slice(0, 2);
  for (const [name, items] of largest)
    kinds.push({ name, fresh: items.slice(-HELD), known: items.slice(0, items.length - HELD) });
  const held = new Set(kinds.flatMap(({ fresh }) => idsOf(fresh)));
  const rows = whole.sequences.flatMap((sequence, user) =>
    Array.from(sequence, (item, at) => ({ id: whole.items[item]!.itemId, user: whole.users[user]!, at })),
  );
  const lines = rows
    .filter(({ id }) => !held.has(id))
    .map(({ id, user, at }) => `${user},${id},${1_700_000_000 + at * 86_400}`);
  await writeFile(join(folder, "orders.csv"), `user_id,item_id,timestamp\n${lines.join("\n")}\n`);
  await writeFile(join(folder, "items.jsonl"), catalogue(whole.items.filter(({ itemId }) => !held.has(itemId))));
  for (const [k, { fresh }] of kinds.entries()) await writeFile(join(folder, `new-${k}.jsonl`), catalogue(fresh));
  const files = `--interactions ${folder}/orders.csv --items ${folder}/items.jsonl`;
  await said(`data import ${files} --k-core 0 --min-length 3 --out ${folder}/shop`);
  shop = await openDataset(join(folder, "shop"));
  await said(`reason ${shop.directory}`);
  await said(`embed ${shop.directory} --dimensions 48`);
  run = join(folder, "run");
  await said(`train ${shop.directory} ${TINY} --out ${run}`);
}, 400_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const history = (kind: number): string => {
  const inShop = new Set(idsOf(shop.items));
  return idsOf(kinds[kind]!.known)
    .filter((id) => inShop.has(id))
    .slice(0, 3)
    .join(",");
};

describe("items that were added to a run", () => {
  it("are recommended by their texts to who likes their kind, above those of another kind", async () => {
    const before = await answered(`recommend ${run} --user ${shop.users[0]} --top 8`);
    await writeFile(join(run, ".items.0a1b2c3d.progress"), "of items that were given up");
    for (const k of kinds.keys()) {
      const text = await said(`items add ${run} --items ${folder}/new-${k}.jsonl`);
      expect(text).toMatch(new RegExp(`added +${HELD} items .*\\n.* ${HELD * (k + 1)}\\n.*rule-based`));
    }
    expect((await readdir(run)).filter((name) => name.startsWith(".items."))).toEqual([]);
    const all = kinds.flatMap(({ fresh }) => idsOf(fresh));
    const after = await answered(`recommend ${run} --user ${shop.users[0]} --top 8 --exclude ${all.join(",")}`);
    expect(after, "what is said of the others stays").toEqual(before);
    for (const [k, { fresh }] of kinds.entries()) {
      const asked = `recommend ${run} --history ${history(k)}`;
      const top = await answered(`${asked} --top 20`);
      expect(top.filter((id) => idsOf(fresh).includes(id)).length, top.join(" ")).toBeGreaterThan(0);
      const among = await answered(`${asked} --task direct --candidates ${all.join(",")}`);
      expect(new Set(among.slice(0, HELD)), "its own kind first").toEqual(new Set(idsOf(fresh)));
    }
  }, 200_000);

  it("have the text as the largest reason", async () => {
    const opened = await openRun(run, { addedItems: true, compile: { threads: 1 } });
    try {
      const { evidence } = opened.recommender;
      const ids = new Map(opened.dataset.items.map(({ itemId }, index) => [itemId, index]));
      const among = Int32Array.from(
        kinds.flatMap(({ fresh }) => idsOf(fresh)),
        (id) => ids.get(id)!,
      );
      const request = {
        userIndex: undefined,
        history: Int32Array.from(history(0).split(","), (id) => ids.get(id)!),
        among,
      };
      const { items, terms } = await evidence!.answer(request, 1);
      expect(idsOf(kinds[0]!.fresh)).toContain(opened.dataset.items[items[0]!]!.itemId);
      const adds = new Map(terms.map(({ name, adds }) => [name, adds[0]!]));
      const byTexts = Math.max(adds.get("text")!, adds.get("nearest") ?? 0);
      expect(byTexts, JSON.stringify([...adds])).toBe(Math.max(...adds.values()));
      const behind = await evidence!.behind("text", request, items[0]!);
      expect(behind.length).toBeGreaterThan(0);
      // Users of the training: the language model is asked as well.
      const known = { userIndex: 3, history: opened.dataset.sequences[3]!, among };
      const [list] = await opened.recommender.rankSequential([known], 6);
      expect(list!.items).toHaveLength(2 * HELD);
      expect([...list!.scores].every(Number.isFinite)).toBe(true);
    } finally {
      await opened.recommender.dispose();
    }
  }, 60_000);

  it("are put forward by as much as is asked for, as a term of its own, and keep their order", async () => {
    const line = `recommend ${run} --user ${shop.users[0]} --top 400`;
    const scoresBy = async (more: string): Promise<Map<string, number>> => {
      const { recommendations } = JSON.parse((await shell(`${line}${more} --json`, commands)).stdout);
      return new Map(recommendations.map(({ item, score }: { item: Item; score: number }) => [item.itemId, score]));
    };
    const [plain, favoured] = [await scoresBy(""), await scoresBy(" --favour-new 20")];
    const fresh = kinds.flatMap(({ fresh }) => idsOf(fresh));
    const opened = await openRun(run, { addedItems: true, compile: { threads: 1 } });
    const { counts } = opened.recommender.evidence!.training;
    opened.dataset.items.forEach(({ itemId }, index) => {
      if (!plain.has(itemId)) return;
      expect(favoured.get(itemId)! - plain.get(itemId)!).toBeCloseTo(counts[index] === 0 ? 20 : 0, 3);
    });
    const order = (of: ReadonlyMap<string, number>) => [...of.keys()].filter((id) => fresh.includes(id));
    expect(order(favoured)).toEqual(order(plain));
    expect(order(plain)).toHaveLength(fresh.length);
    const question = { userIndex: 0, history: opened.dataset.sequences[0]! };
    const { terms } = await opened.recommender.evidence!.favouringNew(20).evidence!.answer(question, 1);
    expect(terms.find(({ name }) => name === "new")!.adds[0]).toBe(20);
    await opened.recommender.dispose();
    const explained = await shell(`explain ${run} --user ${shop.users[0]} --top 3 --favour-new 20 --json`, commands);
    for (const { score, terms: told } of (JSON.parse(explained.stdout) as EvidenceExplanation).recommendations) {
      expect(told.find(({ name }) => name === "new")!.adds).toBe(20);
      expect(told.reduce((sum, { adds }) => sum + adds, 0)).toBeCloseTo(score, 3);
    }
  }, 60_000);

  it("are not put forward where nothing tells them apart, or another system answers", async () => {
    const line = `recommend ${run} --user ${shop.users[0]} --favour-new 1`;
    for (const [more, words] of [
      ["--without sequence,individual,text,nearest", "knows nothing of items that training never saw"],
      ["--model item-knn", "--favour-new 1 is about the terms of isrf's scores, and item-knn was to answer"],
    ]) {
      const { code, stderr } = await shell(`${line} ${more}`, commands);
      expect({ code, told: stderr.includes(words!) }, stderr).toEqual({ code: 2, told: true });
    }
  }, 60_000);

  it("are written by the language model, by free codes, which says of the others what it said", async () => {
    const compile = { threads: 1 };
    const parts = await trainedParts(run, compile)(["generator"]);
    const d = parts.interests.items.columns;
    const like = [3, 8];
    const further = await parts.furtherGenerator!(async (known) =>
      stacked(stacked(known, matrix(1, d)), rowsAt(known, like)),
    );
    const n = parts.interests.items.rows;
    const generator = generatorOfKnown(parts.generator!, n, n + 3, further);
    try {
      expect([...further!.written]).toEqual([0, 1, 1]);
      const question = { userIndex: 3, history: shop.sequences[3]!, candidates: Int32Array.of(1, 3, n + 1) };
      for (const task of ["sequential", "direct"] as const) {
        const [before] = await parts.generator!.testify(
          task,
          [{ ...question, candidates: Int32Array.of(1, 3) }],
          [Int32Array.of(1, 3)],
        );
        const [said] = await generator.testify(task, [question], [Int32Array.of(1, n + 1, 3)]);
        expect([said![0], said![2]], "of the others what it said").toEqual([...before!]);
        expect(said![1]).toBeLessThan(0);
        expect(said![1]).not.toBe((said![0]! + said![2]!) / 2);
      }
    } finally {
      await generator.dispose();
    }
  }, 60_000);

  it("are heard of by the language model where a run believes it", async () => {
    const heard = join(folder, "heard");
    await cp(run, heard, { recursive: true });
    const { tables, learned } = await loadEvidence(evidencePart(heard));
    const { first } = learned.weights.sequential;
    const final: Weights = {
      terms: [...first.terms, "generator"],
      scales: [...first.scales, 1],
      values: Float64Array.from([...first.values, 1, ...Array(PARTS - 1).fill(0)]),
    };
    const weights = { ...learned.weights, sequential: { first, final } };
    await saveEvidence(evidencePart(heard), { tables, learned: { ...learned, weights } });
    const { recommender, dataset } = await openRun(heard, { addedItems: true, compile: { threads: 1 } });
    try {
      const added = Int32Array.from({ length: 2 * HELD }, (_, at) => dataset.items.length - 1 - at);
      const among = Int32Array.of(0, ...added);
      const asked = { userIndex: 3, history: dataset.sequences[3]!, among };
      const { terms } = await recommender.evidence!.answer(asked, among.length);
      const { describes, adds } = terms.find(({ name }) => name === "generator")!;
      expect(describes).toContain("items added after training are written by free codes near them");
      // Each its own, where the mean of the others would be one value.
      expect(new Set(adds).size).toBe(among.length);
    } finally {
      await recommender.dispose();
    }
  }, 60_000);

  it("leave the weights that are shown as training learned them: answers use these", async () => {
    const learnedBy = async (addedItems: boolean) => {
      const { recommender } = await openRun(run, { addedItems, compile: { threads: 1 } });
      try {
        return recommender.evidence!.learned;
      } finally {
        await recommender.dispose();
      }
    };
    expect(await learnedBy(true)).toEqual(await learnedBy(false));
  }, 60_000);

  it("are explained with their texts, and nobody who took them", async () => {
    const fresh = new Set(kinds.flatMap((kind) => idsOf(kind.fresh)));
    let explained = 0;
    for (const user of shop.users.slice(0, 4)) {
      const { stdout } = await shell(`explain ${run} --user ${user} --top 50 --json`, commands);
      for (const { item, terms } of JSON.parse(stdout).recommendations) {
        if (!fresh.has(item.itemId)) continue;
        explained++;
        const term = (named: string) => terms.find(({ name }: { name: string }) => name === named);
        expect(term("text").text).toMatch(/\w+ \w+/);
        expect(term("popularity").people).toBe(0);
      }
    }
    expect(explained).toBeGreaterThan(0);
  }, 60_000);

  it("stand in histories, filters, similar items and exports", async () => {
    const [first, second] = idsOf(kinds[0]!.fresh);
    const like = JSON.parse(await said(`similar ${run} --item ${first} --top 5 --json`));
    expect(like.similar).toHaveLength(5);
    const byTexts = JSON.parse(await said(`similar ${run} --item ${first} --by texts --top 20 --json`));
    expect(JSON.stringify(byTexts.similar)).toContain(`"${second}"`);
    const next = await answered(`recommend ${run} --history ${first},${second} --top 20`);
    expect(next).not.toContain(first);
    expect(next).toHaveLength(20);
    await writeFile(join(folder, "stock.txt"), `${second}\n`);
    const only = await answered(`recommend ${run} --user ${shop.users[1]} --available ${folder}/stock.txt`);
    expect(only).toEqual([second]);
    await said(`export ${run} --what item-vectors --out ${folder}/items.npy`);
    const named = JSON.parse(await readFile(join(folder, "items.npy.ids.json"), "utf8"));
    expect(named).toHaveLength(shop.items.length + 2 * HELD);
  }, 60_000);

  it("are checked by verify, and left out of evaluations with a word", async () => {
    expect(await said(`verify ${run}`)).toContain("items");
    const text = await said(`evaluate ${run} --users 20 --task direct`);
    expect(text).toContain(`${2 * HELD} items that were added to the run are not part of the evaluation`);
    const path = join(run, "items", "vectors.safetensors");
    const bytes = await readFile(path);
    await writeFile(
      path,
      Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
    );
    for (const line of [`verify ${run}`, `recommend ${run} --user ${shop.users[0]}`]) {
      const { code, stdout, stderr } = await shell(line, commands);
      expect(code, line).not.toBe(0);
      expect(`${stdout}${stderr}`).toContain("vectors.safetensors");
    }
    await writeFile(path, bytes);
  }, 60_000);

  it("are refused when they are known, unless they may be passed over, and where there are no words", async () => {
    const both = await shell(`items add ${run} --items ${folder}/items.jsonl`, commands);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("--skip-known") });
    await writeFile(join(folder, "more.csv"), `item_id,title\n${idsOf(kinds[0]!.fresh)[0]},Again\nN9,Green tea\n`);
    expect(await said(`items add ${run} --items ${folder}/more.csv --skip-known`)).toContain("1 were known already");
    await writeFile(join(folder, "mute.csv"), "item_id,price\nN10,4.5\n");
    const mute = await shell(`items add ${run} --items ${folder}/mute.csv`, commands);
    expect(mute).toMatchObject({ code: 2, stderr: expect.stringContaining("without a title or a description") });
    await writeFile(join(folder, "gone.csv"), "item_id,title,in_stock\nN10,Green cup,0\n");
    const gone = await shell(`items add ${run} --items ${folder}/gone.csv`, commands);
    expect(gone).toMatchObject({ code: 2, stderr: expect.stringContaining('"in_stock" marks 1 new item as hidden') });
    expect(gone.stderr).toContain("--ignore in_stock takes them too");
  }, 60_000);

  it("are listed, and taken out again", async () => {
    expect(await said(`items list ${run}`)).toContain("Green tea");
    expect(await said(`items remove ${run} --item N9`)).toMatch(new RegExp(`removed +1\\nadded items +${2 * HELD}`));
    expect((await shell(`items remove ${run} --item N9`, commands)).code).toBe(2);
    await said(`items remove ${run} --all`);
    expect(await said(`items list ${run}`)).toContain("No items were added.");
    expect(await answered(`recommend ${run} --user ${shop.users[0]} --top 3`)).toHaveLength(3);
  }, 60_000);
});

describe("runs of other models", () => {
  const trained = async (model: string): Promise<string> => {
    const out = join(folder, model);
    await said(`train ${shop.directory} --model ${model} --preset tiny --epochs 2 --threads 1 --out ${out}`);
    return out;
  };

  it("take items, too, where they know items by their texts", async () => {
    for (const model of ["sasrec-text", "stacked"]) {
      const other = await trained(model);
      await said(`items add ${other} --items ${folder}/new-0.jsonl`);
      const [own, all] = [
        idsOf(kinds[0]!.fresh),
        await answered(`recommend ${other} --history ${history(0)} --top 300`),
      ];
      expect(all, model).toEqual(expect.arrayContaining(own));
      expect(all).toHaveLength(shop.items.length + HELD - 3);
    }
  }, 120_000);

  it("say of stacked, whose users all choose its checkpoint, that they did, and what its weights took", async () => {
    const read = async (path: string) => JSON.parse(await readFile(join(folder, "stacked", path), "utf8"));
    const { alsoChose } = await read("evidence/evidence.json");
    expect(alsoChose).toBeGreaterThan(0);
    const { besideSeconds, preparation } = await read("summary.json");
    expect(besideSeconds).toBeGreaterThan(0);
    expect(preparation.at(-1)).toMatchObject({ name: "evidence", seconds: besideSeconds });
  });

  it("refuse them where they know items by training alone", async () => {
    const other = await trained("sasrec");
    const { code, stderr } = await shell(`items add ${other} --items ${folder}/new-0.jsonl`, commands);
    expect(code).toBe(2);
    expect(stderr).toContain("runs of isrf, sasrec-text, stacked");
  }, 120_000);
});

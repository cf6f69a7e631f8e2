import { mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { CancelledError, InputError, UsageError } from "../../base/errors.ts";
import { cosine, row } from "../../base/matrix.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import { wholeSequences } from "../../data/index.ts";
import { splitLeaveLastTwo } from "../../data/split.ts";
import { openEmbeddings, similarUsers, whitened } from "../../embedding/index.ts";
import { offlineReasoner } from "../../reasoning/index.ts";
import { reason } from "../reason/reason.ts";
import { type EmbedOptions, embed } from "./embed.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isrf-embed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function reasoned(dataset: Dataset = tinyShop(folder)) {
  const split = splitLeaveLastTwo(dataset);
  await reason({ dataset, reasoner: offlineReasoner(dataset, split), seed: 3 });
  return { dataset, seed: 4, dimensions: 8 } satisfies EmbedOptions;
}

describe("whitening", () => {
  it("turns both sides by the items' axes, keeps what turns later texts, and has a name of its own", async () => {
    const options = await reasoned();
    const { manifest, directory } = await embed({ ...options, whiten: 0.5 });
    expect(manifest).toMatchObject({ name: "lsa-whitened", whiten: { power: 0.5, from: 8 } });
    expect(readdirSync(directory)).toContain("whitening.safetensors");
    const opened = await openEmbeddings(folder, "lsa-whitened", options.dataset);
    const plain = await embed(options).then(() => openEmbeddings(folder, "lsa", options.dataset));
    expect(await whitened(plain.users, opened.whitening!)).toEqual(opened.users);
    expect(plain.whitening).toBeUndefined();
    expect(plain.manifest).not.toHaveProperty("whiten");
  });
});

describe("embedding a dataset", () => {
  it("writes unit vectors in which things of one kind are close, and says where they came from", async () => {
    const options = await reasoned();
    const { manifest, directory } = await embed(options);
    expect(directory).toBe(join(folder, "embeddings", "lsa"));
    expect(readdirSync(directory).sort()).toEqual([
      "checksums.json",
      "items.safetensors",
      "manifest.json",
      "users.safetensors",
    ]);
    expect(manifest).toMatchObject({
      name: "lsa",
      textsBy: "rule-based (offline)",
      items: { text: "feature", count: 30, coverage: 1, emptyRows: 0 },
      users: { text: "feature", count: 12, coverage: 1, emptyRows: 0 },
      datasetHash: options.dataset.hash,
      seed: 4,
    });
    const opened = await openEmbeddings(folder, "lsa", options.dataset);
    expect(opened.manifest).toEqual(manifest);
    expect([opened.items.rows, opened.users.rows, opened.items.columns]).toEqual([30, 12, 8]);
    // Items 0 and 15 are nail polish, 2 is shampoo.
    const similarity = (a: number, b: number) => cosine(row(opened.items, a), row(opened.items, b));
    expect(similarity(0, 15)).toBeGreaterThan(similarity(0, 2) + 0.2);
  });

  it("lets users of one taste find each other", async () => {
    await embed(await reasoned());
    const { users } = await openEmbeddings(folder, "lsa");
    const { neighbours } = await similarUsers(users, 2);
    // Tastes repeat every three users; most nearest neighbours share theirs.
    const same = neighbours.filter((other, j) => other % 3 === Math.floor(j / 2) % 3);
    expect(same.length).toBeGreaterThanOrEqual(18);
  });

  it("is untouched by held-out items, on disk to the last bit", async () => {
    const dataset = tinyShop(folder);
    await embed(await reasoned(dataset));
    const before = await openEmbeddings(folder, "lsa");
    const sequences = dataset.sequences.map((sequence) => {
      const changed = sequence.slice();
      changed.set([29, 28], changed.length - 2);
      return changed;
    });
    await embed(await reasoned({ ...dataset, sequences: wholeSequences(sequences) }));
    const after = await openEmbeddings(folder, "lsa");
    expect(after.items.data).toEqual(before.items.data);
    expect(after.users.data).toEqual(before.users.data);
  });

  it("says where user texts were made from full histories, in a warning and in the manifest", async () => {
    const { dataset, ...options } = await reasoned();
    const clean = await embed({ dataset, ...options });
    const warnings: string[] = [];
    const report = (event: ProgressEvent) => event.kind === "warning" && warnings.push(event.message);
    const reasoner = offlineReasoner(dataset, splitLeaveLastTwo(dataset));
    await reason({ dataset, reasoner, seed: 3, historySource: "full", report });
    const { manifest } = await embed({ dataset, ...options, report });
    expect(manifest.userHistory).toBe("full");
    expect(clean.manifest.userHistory).toBeUndefined();
    expect(manifest.users.textHash).not.toBe(clean.manifest.users.textHash);
    expect(manifest.items.textHash).toBe(clean.manifest.items.textHash);
    expect(warnings.map((text) => text.includes("held-out items included"))).toEqual([true, true]);
    await reason({ dataset, reasoner, seed: 3, historySource: "prefix" });
    const again = await embed({ dataset, ...options });
    expect({ ...again.manifest, seconds: 0 }).toEqual({ ...clean.manifest, seconds: 0 });
  });

  it("embeds plain attributes without any reasoning", async () => {
    const dataset = tinyShop(folder);
    const _split = splitLeaveLastTwo(dataset);
    const texts = { itemText: "attributes", userText: "attributes" } as const;
    const { manifest } = await embed({ dataset, seed: 1, ...texts });
    expect(manifest).toMatchObject({ name: "lsa-attributes-attributes", textsBy: "attributes" });
  });

  it("tells Japanese things apart, says by what, and warns where most texts give nothing", async () => {
    const shop = tinyShop(folder);
    const titles = ["赤いネイルポリッシュ", "爪やすりガラス製", "艶髪シャンプー"];
    const items = shop.items.map(({ itemId, sourceNumber }, i) => ({
      itemId,
      sourceNumber,
      title: `${titles[i % 3]}${"一二三四五六七八九十"[Math.floor(i / 3)]}番`,
    }));
    const warnings: string[] = [];
    const report = (event: ProgressEvent) => event.kind === "warning" && warnings.push(event.message);
    const texts = { itemText: "attributes", userText: "attributes", report, seed: 1, name: "lsa" } as const;
    const { manifest } = await embed({ dataset: { ...shop, items }, ...texts });
    expect(manifest.encoder.options).toMatchObject({ unspacedText: "pairs" });
    expect(manifest.items.emptyRows).toBe(0);
    const { items: vectors } = await openEmbeddings(folder, "lsa");
    const similarity = (a: number, b: number) => cosine(row(vectors, a), row(vectors, b));
    expect(similarity(0, 15)).toBeGreaterThan(similarity(0, 2) + 0.2);
    expect(warnings).toEqual([]);
    const mute = items.map((item, i) => (i < 20 ? { ...item, title: undefined } : item));
    await embed({ dataset: { ...shop, items: mute }, ...texts });
    expect(warnings).toEqual([
      expect.stringMatching(/^20 of 30 items have no vector but zeros: /),
      expect.stringMatching(/^5 of 12 users have no vector but zeros: /),
    ]);
  });

  it("embeds every variant of the paper's Figure 3 under its own name", async () => {
    const options = await reasoned();
    for (const text of ["positive", "negative"] as const) {
      await embed({ ...options, itemText: text });
      await embed({ ...options, userText: text, bigrams: true });
    }
    expect(readdirSync(join(folder, "embeddings")).sort()).toEqual([
      "lsa-feature-negative",
      "lsa-feature-positive",
      "lsa-negative-feature",
      "lsa-positive-feature",
    ]);
  });

  it("refuses a bad name before it reads anything", async () => {
    const dataset = tinyShop(folder);
    const options = { dataset, split: splitLeaveLastTwo(dataset), seed: 1, name: "../elsewhere" };
    await expect(embed(options)).rejects.toThrow(UsageError);
  });

  it("warns when texts are missing", async () => {
    const dataset = tinyShop(folder);
    const split = splitLeaveLastTwo(dataset);
    const offline = offlineReasoner(dataset, split);
    const abort = new AbortController();
    const complete: typeof offline.complete = (request) => {
      if (request.subject.id === "item-15") abort.abort();
      return offline.complete(request);
    };
    const run = reason({ dataset, reasoner: { ...offline, complete }, seed: 3, signal: abort.signal });
    await expect(run).rejects.toThrow(CancelledError);
    const warnings: string[] = [];
    await embed({
      dataset,
      seed: 1,
      report: (event) => event.kind === "warning" && warnings.push(event.message),
    });
    expect(warnings).toEqual([
      "50.0 % of the items have reasoned texts; the others are embedded by their attributes.",
      "0.0 % of the users have reasoned texts; the others are embedded by their attributes.",
    ]);
  });
});

describe("opening embeddings", () => {
  it("names what there is when the name is wrong", async () => {
    await embed(await reasoned());
    await expect(openEmbeddings(folder, "lsi")).rejects.toThrow(/only lsa, expected embeddings called "lsi"/);
    await expect(openEmbeddings(folder, "../lsa")).rejects.toThrow(UsageError);
  });

  it("refuses embeddings of other data", async () => {
    await embed(await reasoned());
    await expect(openEmbeddings(folder, "lsa", { hash: "other" })).rejects.toThrow(/data has changed/);
  });

  it("refuses a truncated file", async () => {
    await embed(await reasoned());
    truncateSync(join(folder, "embeddings", "lsa", "users.safetensors"), 300);
    await expect(openEmbeddings(folder, "lsa")).rejects.toThrow(InputError);
  });
});

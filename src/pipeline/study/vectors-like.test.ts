import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { tinyShop } from "../../../test/support/tiny-shop.ts";
import { splitLeaveLastTwo } from "../../data/split.ts";
import { offlineReasoner } from "../../reasoning/index.ts";
import { embed } from "../embed/index.ts";
import { reason } from "../reason/reason.ts";
import { refuseUnlike } from "./vectors-like.ts";

/** Vectors `features` and `attributes` of a shop; features are English whatever language the titles are in. */
async function shop(title: (at: number) => string) {
  const folder = await temporaryDirectory();
  const tiny = tinyShop(folder);
  await reason({ dataset: tiny, reasoner: offlineReasoner(tiny, splitLeaveLastTwo(tiny)), seed: 1 });
  const items = tiny.items.map((item, at) => ({ ...item, title: title(at) }));
  const dataset = { ...tiny, items };
  await embed({ dataset: tiny, seed: 1, dimensions: 4, name: "features" });
  const texts = { itemText: "attributes", userText: "attributes" } as const;
  await embed({ dataset, seed: 1, dimensions: 4, name: "attributes", ...texts });
  return dataset;
}

async function asOlderVersion(folder: string, name: string): Promise<void> {
  const path = join(folder, "embeddings", name, "manifest.json");
  const manifest = JSON.parse(await readFile(path, "utf8"));
  delete manifest.encoder.options.unspacedText;
  await writeFile(path, JSON.stringify(manifest));
  await rm(join(folder, "embeddings", name, "checksums.json"), { force: true });
}

it("takes vectors of English and of Japanese texts for made alike, but not those of a version that knew no signs", async () => {
  const dataset = await shop((at) => `軽量テント${"一二三"[at % 3]}号`);
  await refuseUnlike(dataset, "attributes", "features");
  await asOlderVersion(dataset.directory, "attributes");
  await embed({ dataset, seed: 1, dimensions: 4, name: "now", itemText: "attributes", userText: "attributes" });
  await expect(refuseUnlike(dataset, "attributes", "now")).rejects.toThrow("made otherwise");
});

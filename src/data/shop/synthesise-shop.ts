// A seeded synthetic shop with planted individual and group tastes, for the demo and for tests that ask whether a model
// finds what was planted.
import { join } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { writeJsonAtomic } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import type { Dataset } from "../dataset.ts";
import { numberByAppearance } from "../number-by-appearance.ts";
import type { RawShop } from "../raw-shop.ts";
import { synthSettings, type writeSettings } from "../settings.ts";
import { type WriteOptions, writeDataset } from "../write-dataset.ts";
import { FIRST_NAMES } from "./departments.ts";
import { chooseTopics, makeCatalogue, type Product, type ShopTopic } from "./shop-catalogue.ts";
import { makeGroups, type ShopGroup } from "./shop-groups.ts";
import { Marketplace, type Shopper } from "./shop-histories.ts";
import { type ShopTruth, TRUTH_FILE } from "./shop-truth.ts";

export interface SynthOptions extends WriteOptions, Given<typeof synthSettings> {}

export type PlantOptions = Omit<Given<typeof synthSettings>, keyof typeof writeSettings.shape>;

const plantSettings = synthSettings.omit({ out: true, overwrite: true });

const TOPIC_SIZE = 10;
const MOST_TOPICS = 24;
const MOST_GROUPS = 8;
const FIRST_DAY = Date.UTC(2023, 0, 1) / 1000;
const DAY = 86400;

/**
 * Write a synthetic shop to `options.out`, with what was planted in `truth.json` beside it.
 * @throws UsageError for sizes too small to plant anything, or an existing `out`.
 */
export async function synthesiseShop(options: SynthOptions, report: Report = silent): Promise<Dataset> {
  const { name = "synthetic shop", domain = "product" } = options;
  const { seed, ...planted } = resolvePlan(options);
  report({ kind: "stage", stage: "plant a shop", detail: `${planted.users} users, ${planted.items} items` });
  const { shop, truth } = plantShop(options);
  const provenance = { files: [], options: { format: "synth", ...planted } };
  return writeDataset(shop, { ...options, name, domain, seed }, provenance, report, async (directory) =>
    writeJsonAtomic(join(directory, TRUTH_FILE), truth),
  );
}

/** The shop and what was planted in it, in memory. @throws UsageError for sizes too small. */
export function plantShop(options: PlantOptions): { readonly shop: RawShop; readonly truth: ShopTruth } {
  const { users, items, seed, ...historyOptions } = resolvePlan(options);
  const topics = chooseTopics(Math.min(MOST_TOPICS, Math.floor(items / TOPIC_SIZE)));
  const nGroups = Math.min(MOST_GROUPS, Math.floor(topics.length / 2));
  const products = makeCatalogue(topics, items, Random.of(seed, "shop:catalogue"));
  const groups = makeGroups(topics, products, nGroups, Random.of(seed, "shop:groups"));
  const random = Random.of(seed, "shop:histories");
  const market = new Marketplace(products, groups, topics.length, historyOptions, random);
  const digits = String(users).length;
  const shoppers = Array.from({ length: users }, (_, u) =>
    market.shopper(`${random.pick(FIRST_NAMES)}-${String(u + 1).padStart(digits, "0")}`, random.below(nGroups)),
  );
  return { shop: toShop(products, shoppers, random), truth: toTruth(topics, products, groups, shoppers) };
}

function resolvePlan(options: PlantOptions): z.output<typeof plantSettings> {
  const plan = settingsOf("a shop", plantSettings, options);
  if (plan.shownShare + plan.latentShare > 1) {
    throw new UsageError(`shown share ${plan.shownShare} and latent share ${plan.latentShare} add up to more than 1.`);
  }
  return plan;
}

function toShop(products: readonly Product[], shoppers: readonly Shopper[], random: Random): RawShop {
  return numberByAppearance({
    users: shoppers.map((shopper) => shopper.userId),
    items: products.map((product) => product.item),
    sequences: shoppers.map((shopper) => Int32Array.from(shopper.history)),
    timestamps: shoppers.map((shopper) => {
      let time = FIRST_DAY + random.below(180 * DAY);
      return Float64Array.from(shopper.history, () => {
        time += DAY / 24 + random.below(30 * DAY);
        return time;
      });
    }),
  });
}

function toTruth(
  topics: readonly ShopTopic[],
  products: readonly Product[],
  groups: readonly ShopGroup[],
  shoppers: readonly Shopper[],
): ShopTruth {
  const nameOf = (topic: number) => topics[topic]!.name;
  return {
    groups: groups.map((group) => ({
      name: group.name,
      signatureTopics: group.signature.map(nameOf),
      groupTasteTopic: nameOf(group.hidden),
      groupTasteItems: group.favourites.map((position) => products[position]!.item.itemId),
    })),
    users: shoppers.map(({ userId, group, tastes, role }) => ({ userId, group, tastes: tastes.map(nameOf), role })),
    itemTopics: Object.fromEntries(products.map(({ item, topic }) => [item.itemId, nameOf(topic)])),
  };
}

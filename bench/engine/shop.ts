// The data of the cases: Amazon Beauty where it lies on this machine, else a synthetic shop of its size.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { importDataset, openDataset, splitLeaveLastTwo, synthesiseShop } from "../../src/data/index.ts";

export interface Shop {
  /** "Amazon Beauty" or what stands in for it. */
  readonly name: string;
  /** Training prefixes by user. */
  readonly histories: readonly Int32Array[];
  readonly nItems: number;
}

const ROOT = resolve(import.meta.dirname, "../..");
const USUAL_PLACE = join(ROOT, "../shared/data/beauty");
/** Users and items of Amazon Beauty. */
const SIZE = { users: 22_363, items: 12_101 };
const SEED = 2026;

/** `directory`: a P5 folder or an imported dataset; without one the usual place, else a synthetic shop. */
export async function openShop(directory: string | undefined, work: string): Promise<Shop> {
  const source = directory ?? (existsSync(USUAL_PLACE) ? USUAL_PLACE : undefined);
  if (source !== undefined && existsSync(join(source, "manifest.json"))) return shopOf("Amazon Beauty", source);
  const out = join(work, "shop");
  if (source === undefined) {
    if (!existsSync(out)) await synthesiseShop({ ...SIZE, seed: SEED, out });
    return shopOf(`synthetic shop of ${SIZE.users} users and ${SIZE.items} items`, out);
  }
  if (!existsSync(out))
    await importDataset({ format: "p5", dir: source, name: "beauty", domain: "beauty product", out });
  return shopOf("Amazon Beauty", out);
}

async function shopOf(name: string, directory: string): Promise<Shop> {
  const { prefixes, nItems } = splitLeaveLastTwo(await openDataset(directory));
  return { name, histories: prefixes, nItems };
}

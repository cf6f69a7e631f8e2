// A small synthetic shop with texts and vectors, and words that train a model on it in a second or two.
import { join } from "node:path";
import { synthesiseShop } from "../../src/data/index.ts";
import { embed } from "../../src/pipeline/embed/embed.ts";
import { reason } from "../../src/pipeline/reason/reason.ts";

export const SEED = 5;

/** Flags of `isrf train` for a backbone of toy size that answers alone. */
export const TOY_BACKBONE =
  "--preset tiny --set width=16 --set warmStartEpochs=2 --set validationUsers=20 --set batch=16 --epochs 1";

/** The same for ISRF with all witnesses. */
export const TOY = `${TOY_BACKBONE} --set sequenceEpochs=3`;

/** 40 users, 120 items; everything that training reads lies in `directory/shop`. */
export async function preparedShop(directory: string): Promise<string> {
  const out = join(directory, "shop");
  const dataset = await synthesiseShop({ users: 40, items: 120, seed: SEED, out });
  await reason({ dataset, seed: SEED });
  await embed({ dataset, seed: SEED, dimensions: 32 });
  return out;
}

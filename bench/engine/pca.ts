// Text embeddings to the adapter's input: 12,101 x 1,024 -> 256 on Beauty, the size that EasyRec's large encoder gives.
import { join } from "node:path";
import { matrix } from "../../src/base/matrix.ts";
import { Random } from "../../src/base/random.ts";
import { pca } from "../../src/embedding/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import type { BenchCase, Side, SideContext } from "./case.ts";
import { openInputs } from "./inputs.ts";
import { SEED } from "./isrf-trainer.ts";
import type { Shop } from "./shop.ts";

const COLUMNS = 1024;
const DIMENSIONS = 256;

export const pcaCase: BenchCase = {
  name: "pca",
  what: `principal components of the items, ${COLUMNS} -> ${DIMENSIONS}`,
  variants: ["covariance_eigh", "randomized"],
  rounds: 2,
  plan: { run: { warmups: 1, samples: 4 } },
  note:
    "the solver that our defaults choose against scikit-learn's; full, its exact solver by singular values, takes longer " +
    "than covariance_eigh and is left out",
  prepare,
  open,
};

/** Vectors with variances that fall as 1/k: a few directions matter, all are there. */
async function prepare(folder: string, { nItems }: Shop): Promise<void> {
  const data = Random.of(SEED, "pca").normals(nItems * COLUMNS);
  for (let i = 0; i < data.length; i++) data[i]! /= Math.sqrt(1 + (i % COLUMNS));
  await writeSafetensors(join(folder, "items.safetensors"), { items: { shape: [nItems, COLUMNS], data } });
}

async function open({ folder }: SideContext): Promise<Side> {
  const inputs = await openInputs(join(folder, "items.safetensors"));
  const items = matrix(inputs.count("items"), COLUMNS, inputs.all("items") as Float32Array);
  return {
    work: { run: () => pca(items, DIMENSIONS) },
    check: async () => {
      const { explained } = await pca(items, DIMENSIONS);
      return [explained[0]!, explained[DIMENSIONS - 1]!, explained.reduce((total, share) => total + share, 0)];
    },
    dispose: async () => {},
  };
}

// What bench/recbole.ts hands to both sides and gets back.
import { join } from "node:path";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { Random } from "../../src/base/random.ts";
import { type Dataset, loadCandidates, negativesOf } from "../../src/data/index.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import type { Compared } from "./systems.ts";

/** Items per list. */
export const LISTED = 20;

export interface Settings {
  readonly model: string;
  readonly ours: Compared["ours"];
  readonly theirs: Compared["theirs"];
  readonly epochs: number;
  readonly seed: number;
  readonly threads: number;
  readonly nUsers: number;
  readonly nItems: number;
}

/** Whole sequences of the chosen users, users renumbered, and 100 candidates of their test items. */
export interface Shop {
  readonly sequences: readonly Int32Array[];
  readonly nItems: number;
  readonly candidates: readonly Int32Array[];
}

/** A share of a dataset's users; items are all there. */
export async function sampleShop(dataset: Dataset, share: number, seed: number): Promise<Shop> {
  const random = Random.of(seed, "recbole sample");
  const all = random.shuffle(Int32Array.from(dataset.users.keys()));
  const users = [...all.subarray(0, Math.round(share * all.length))].sort((a, b) => a - b);
  const stored = await loadCandidates(dataset, "test");
  const sequences = users.map((user) => dataset.sequences[user]!);
  const candidates = users.map((user, u) =>
    random.shuffle(Int32Array.of(sequences[u]!.at(-1)!, ...negativesOf(stored, user))),
  );
  return { sequences, nItems: dataset.items.length, candidates };
}

export async function writeExchange(
  folder: string,
  { sequences, candidates }: Shop,
  settings: Settings,
): Promise<void> {
  const offsets = new Int32Array(sequences.length + 1);
  sequences.forEach((sequence, u) => {
    offsets[u + 1] = offsets[u]! + sequence.length;
  });
  const items = new Int32Array(offsets.at(-1)!);
  sequences.forEach((sequence, u) => {
    items.set(sequence, offsets[u]!);
  });
  await writeSafetensors(join(folder, "shop.safetensors"), {
    offsets: { shape: [offsets.length], data: offsets },
    items: { shape: [items.length], data: items },
    candidates: {
      shape: [candidates.length, candidates[0]!.length],
      data: Int32Array.from(candidates.flatMap((list) => [...list])),
    },
  });
  await writeJsonAtomic(join(folder, "settings.json"), settings);
}

/** Lists by task and user, in the order of the shop's users. */
export async function readLists(folder: string, side: string): Promise<Readonly<Record<string, Int32Array[]>>> {
  const { tensors } = await readSafetensors(join(folder, `${side}.safetensors`));
  return Object.fromEntries(
    [...tensors].map(([task, { data, shape }]) => {
      const rows = Array.from({ length: shape[0]! }, (_, u) =>
        (data as Int32Array).subarray(u * LISTED, (u + 1) * LISTED),
      );
      return [task, rows.map((list) => list.filter((item) => item >= 0))];
    }),
  );
}

// `--split A=80,B=20`: parts of the users by run.
import { createHash } from "node:crypto";
import { UsageError } from "../base/errors.ts";

/** Shares from 0 to 1 by run, in the order of the words. @throws UsageError. */
export function parseSplit(words: string | undefined): ReadonlyMap<string, number> {
  if (words === undefined) return new Map();
  const parts = words.split(",").map((part) => {
    const [, name, percent] = /^\s*(.+?)\s*=\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(part) ?? [];
    if (name === undefined) throw new UsageError(`--split ${words}: expected RUN=PERCENT,..., such as A=80,B=20.`);
    return [name, Number(percent)] as const;
  });
  const total = parts.reduce((sum, [, percent]) => sum + percent, 0);
  if (new Set(parts.map(([name]) => name)).size < parts.length)
    throw new UsageError(`--split ${words}: a run is named twice.`);
  if (Math.abs(total - 100) > 1e-6) throw new UsageError(`--split ${words}: the percents make ${total}, expected 100.`);
  return new Map(parts.map(([name, percent]) => [name, percent / 100]));
}

/**
 * The run that `key` falls to: by its hash with `salt`, among runs in the order of their names, so that a server which
 * names them in another order has the same parts. Undefined without a split.
 */
export function partOf(shares: ReadonlyMap<string, number>, salt: string, key: string): string | undefined {
  const hash = createHash("sha256").update(`${salt} ${key}`).digest();
  let at = hash.readUIntBE(0, 6) / 2 ** 48;
  const names = [...shares.keys()].sort();
  for (const name of names) {
    at -= shares.get(name)!;
    if (at < 0) return name;
  }
  return names.at(-1);
}

// What must be equal before two results may stand in one column.
import { sha256 } from "../base/files.ts";
import type { Protocol } from "../data/index.ts";
import { METRIC_VERSION } from "./metrics.ts";

export interface ProtocolFacts {
  readonly protocol: Protocol;
  /** `Dataset.hash`. */
  readonly dataset: string;
  readonly split: "valid" | "test";
  /** SHA-256 over every user's training prefix and held-out items. */
  readonly splitHash: string;
  /** What training saw: its graph in words, and a hash over all it was given. */
  readonly training: string;
  /** Hash of the evaluated user indices, or "all". */
  readonly users: string;
  /** Hash of the negatives by kind; absent kinds were not asked. */
  readonly candidates: Readonly<Record<string, string>>;
  /** What is removed from answers before ranking, e.g. "seen and repeated items removed". */
  readonly filtering: string;
  /** How the items that a model is given are numbered, e.g. "training prefix" or "source". */
  readonly idScheme: string;
  /** SHA-256 over those numbers, by itemIndex. */
  readonly idMap: string;
  /** "valid items" when only answers of the answer space can occur (trees, scores), "free" for unconstrained text. */
  readonly decoding: string;
  /** What is asked of a split dataset, in words, and a hash over its questions. Absent: every user's last item. */
  readonly questions?: string | undefined;
  /** Control under which the questions were asked. */
  readonly control?: string | undefined;
  /** Items asked for in each list, where it is not 20: a beam search finds other items when asked for more. */
  readonly listLength?: number | undefined;
}

export interface Fingerprint extends ProtocolFacts {
  readonly metricVersion: number;
  /** SHA-256 over all the fields above it. */
  readonly hash: string;
}

export function fingerprint(facts: ProtocolFacts): Fingerprint {
  const full = { ...facts, metricVersion: METRIC_VERSION };
  return { ...full, hash: sha256(canonical(full)) };
}

/** Whether two results may be compared, and if not, which facts differ: `["split: valid / test"]`. */
export function comparable(
  a: Fingerprint,
  b: Fingerprint,
): { readonly comparable: boolean; readonly differences: string[] } {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => name !== "hash");
  const text = (value: Fingerprint, name: string) => canonical(value[name as keyof Fingerprint] ?? "absent");
  const differences = names
    .filter((name) => text(a, name) !== text(b, name))
    .map((name) => `${name}: ${text(a, name)} / ${text(b, name)}`);
  return { comparable: differences.length === 0, differences };
}

/** JSON with sorted keys; plain text for a string alone. */
function canonical(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  );
}

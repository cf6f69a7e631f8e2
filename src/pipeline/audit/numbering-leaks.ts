// L2 and its half of L3: a rule that learns nothing lists the names after the user's last one. Under the names that the
// model really reads it must find no more than chance.
import { idRuleList, type Split } from "../../data/index.ts";
import { checkIdCanary } from "../../evaluation/index.ts";
import { absent, type Finding, found, percent } from "./finding.ts";

interface CanaryHits {
  readonly hitRate1: number;
  readonly hitRate10: number;
  readonly ndcg5: number;
  readonly chance: number;
}

/** `order`: place of each item among the names that the model reads; undefined where it reads none. */
export function numberingLeaks(order: Int32Array | undefined, split: Split): Finding[] {
  if (order === undefined) {
    const index = canaryHits(undefined, split, "test");
    return [
      absent(
        "L2",
        `the model is given no names of items; under their index the rule would find ${percent(index.hitRate10)} in ten (chance ${percent(index.chance)})`,
        { "HR@10": index.hitRate10, chance: index.chance },
      ),
    ];
  }
  return [canaryFinding("L2", "test", order, split), canaryFinding("L3", "valid", order, split)];
}

function canaryFinding(leak: "L2" | "L3", target: "test" | "valid", order: Int32Array, split: Split): Finding {
  const { hitRate1, hitRate10, ndcg5, chance } = canaryHits(order, split, target);
  const check = checkIdCanary({ hitRate: hitRate10, chance, users: split.nUsers });
  const item = target === "test" ? "test" : "validation";
  return found(
    leak,
    check.verdict === "fail",
    `under the names that the model reads, the rule "highest own name + 1, + 2, ..." finds ${percent(hitRate1)} of the ${item} items at rank 1 and ${percent(hitRate10)} in ten, NDCG@5 ${ndcg5.toFixed(4)} (chance ${percent(chance)} in ten)`,
    { "HR@1": hitRate1, "HR@10": hitRate10, "NDCG@5": ndcg5, chance },
  );
}

function canaryHits(order: Int32Array | undefined, split: Split, target: "test" | "valid"): CanaryHits {
  const place = (item: number): number => order?.[item] ?? item;
  const sums = { hitRate1: 0, hitRate10: 0, ndcg5: 0, chance: 0 };
  split.train.forEach((prefix, user) => {
    const known = target === "test" ? [...prefix, split.valid[user]!] : [...prefix];
    const list = idRuleList(Int32Array.from(known, place), split.nItems, 10);
    const rank = list.indexOf(place(split[target][user]!)) + 1;
    if (rank === 1) sums.hitRate1++;
    if (rank > 0) sums.hitRate10++;
    if (rank > 0 && rank <= 5) sums.ndcg5 += 1 / Math.log2(rank + 1);
    sums.chance += Math.min(1, 10 / (split.nItems - known.length));
  });
  const mean = (name: keyof typeof sums) => sums[name] / split.nUsers;
  return { hitRate1: mean("hitRate1"), hitRate10: mean("hitRate10"), ndcg5: mean("ndcg5"), chance: mean("chance") };
}

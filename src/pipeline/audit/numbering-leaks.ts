// L2 and its half of L3: a rule that learns nothing lists the names after the user's last one. Under the names that the
// model really reads it must find no more than chance.
import { decimals, percent } from "../../base/written-numbers.ts";
import { idRuleHits, type Split } from "../../data/index.ts";
import { checkIdCanary } from "../../evaluation/index.ts";
import { absent, type Finding, found } from "./finding.ts";

/** `order`: place of each item among the names that the model reads; undefined where it reads none. */
export function numberingLeaks(order: Int32Array | undefined, split: Split): Finding[] {
  if (order === undefined) {
    const index = idRuleHits(
      split,
      Int32Array.from({ length: split.nItems }, (_, item) => item),
    );
    return [
      absent(
        "L2",
        `the model is given no names of items (it knows them by index, or by codes made from training vectors); under their index the rule would find ${percent(index.hitRate10)} in ten (chance ${percent(index.chance10)})`,
        { "HR@10": index.hitRate10, chance: index.chance10 },
      ),
    ];
  }
  return [canaryFinding("L2", "test", order, split), canaryFinding("L3", "valid", order, split)];
}

function canaryFinding(leak: "L2" | "L3", target: "test" | "valid", order: Int32Array, split: Split): Finding {
  const { hitRate1, hitRate10, ndcg5, chance10: chance, users } = idRuleHits(split, order, target);
  const check = checkIdCanary({ hitRate: hitRate10, chance, users });
  const item = target === "test" ? "test" : "validation";
  return found(
    leak,
    check.verdict === "fail",
    `under the names that the model reads, the rule "highest own name + 1, + 2, ..." finds ${percent(hitRate1)} of the ${item} items at rank 1 and ${percent(hitRate10)} in ten, NDCG@5 ${decimals(ndcg5)} (chance ${percent(chance)} in ten)`,
    { "HR@1": hitRate1, "HR@10": hitRate10, "NDCG@5": ndcg5, chance },
  );
}

// Validation questions: a fixed, seeded sample of users, asked in both tasks for their second to last item.
import { Random } from "../../../base/random.ts";
import type { Split } from "../../../data/index.ts";
import type { GenerativeOptions } from "../options/options.ts";
import type { ValidationSet } from "../trainer.ts";

/** `negatives(user)` are the stored 99 of the validation split: drawn once, so that epochs can be compared. */
export function validationSet(
  split: Split,
  negatives: (user: number) => Int32Array,
  options: GenerativeOptions,
  seed: number,
): ValidationSet {
  const random = Random.of(seed, "validation users");
  const users = random
    .shuffle(Int32Array.from({ length: split.nUsers }, (_, u) => u))
    .slice(0, options.validationUsers)
    .sort();
  const chosen = Array.from(users);
  return {
    sequential: chosen.map((userIndex) => {
      const history = split.prefixes[userIndex]!;
      return {
        task: "sequential",
        userIndex,
        items: history.slice(-options.maxHistory),
        target: split.valid[userIndex]!,
        excluded: history,
      };
    }),
    direct: chosen.map((userIndex) => {
      const target = split.valid[userIndex]!;
      const items = random.shuffle(Int32Array.from([target, ...negatives(userIndex)]));
      return { task: "direct", userIndex, items, history: split.prefixes[userIndex]!, target, allowed: items };
    }),
  };
}

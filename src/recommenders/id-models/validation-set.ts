// Validation questions of fixed users: drawn once, so that epochs can be compared.
import { Random } from "../../base/random.ts";
import type { Split } from "../../data/index.ts";
import type { ValidationSet } from "./trainer.ts";

/** `users` = 0 asks all of them. Both tasks ask for the validation item with the training prefix as history. */
export function validationSet(
  split: Split,
  negatives: (user: number) => Int32Array,
  users: number,
  seed: number,
): ValidationSet {
  const random = Random.of(seed, "validation users");
  const all = random.shuffle(Int32Array.from({ length: split.nUsers }, (_, u) => u));
  const chosen = Array.from(all.slice(0, users === 0 ? split.nUsers : users).sort());
  return {
    targets: Int32Array.from(chosen, (user) => split.valid[user]!),
    questions: {
      sequential: chosen.map((userIndex) => ({ userIndex, history: split.prefixes[userIndex]! })),
      direct: chosen.map((userIndex) => ({
        userIndex,
        history: split.prefixes[userIndex]!,
        candidates: random.shuffle(Int32Array.from([split.valid[userIndex]!, ...negatives(userIndex)])),
      })),
    },
  };
}

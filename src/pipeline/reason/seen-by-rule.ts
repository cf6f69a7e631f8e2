// What can be said of one chain without asking anybody: what its writer was told of the subject, and which checks by
// rule its texts fail.
import { CHECKS, type Check, quotedData } from "../../reasoning/index.ts";
import { judgedChain } from "./judge.ts";
import type { ChainPlace } from "./revise.ts";
import { showChain } from "./show.ts";

export interface SeenByRule {
  /** Catalogue data of an item, the history of a user, in the words of the question. */
  readonly data: string;
  /** Checks that the texts fail as they stand, and what holds otherwise; absent where a text is missing. */
  readonly missed?: readonly { readonly check: Check; readonly expected: string }[] | undefined;
}

/** @throws as `showChain`. */
export async function seenByRule(place: ChainPlace): Promise<SeenByRule> {
  const shown = await showChain(place);
  const judged = judgedChain(shown);
  return {
    data: quotedData(shown.steps[0]!.prompt),
    missed: judged?.missed.map((check) => ({ check, expected: CHECKS[check] })),
  };
}

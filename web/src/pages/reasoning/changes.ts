// What somebody is about to do to a chain.
import type { Chain } from "../../../../src/client/index.ts";

export type Step = Chain["revisions"][number]["step"];

/** In which texts are written. */
export const ORDER: readonly Step[] = ["positive", "negative", "feature"];

export type Change =
  | {
      readonly kind: "edit";
      readonly step: Step;
      /** What the field begins with; default: the text that stands there. */
      readonly text?: string | undefined;
    }
  | { readonly kind: "ask"; readonly from: Step };

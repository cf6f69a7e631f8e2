// A question about a user that is changed at will: without some of the history, with further items, without some terms.
// It stands in the address, so that it can be sent to somebody.
import { useLocation } from "wouter-preact";
import { useQuery, withQuery } from "../../asking/address-bar.ts";

export interface WhatIf {
  /** Items of the history that are left out. */
  readonly minus: readonly string[];
  /** Items that are added at its end. */
  readonly plus: readonly string[];
  /** Terms that are silent. */
  readonly without: readonly string[];
}

export type WhatIfPart = keyof WhatIf;

export interface WhatIfControl {
  readonly state: WhatIf;
  readonly isChanged: boolean;
  readonly has: (part: WhatIfPart, value: string) => boolean;
  readonly toggle: (part: WhatIfPart, value: string) => void;
  readonly reset: () => void;
}

export function useWhatIf(): WhatIfControl {
  const query = useQuery();
  const [, navigate] = useLocation();
  const state: WhatIf = {
    minus: query.getAll("minus"),
    plus: query.getAll("plus"),
    without: query.getAll("without"),
  };
  const write = (next: WhatIf) => {
    const pairs = (["minus", "plus", "without"] as const).flatMap((part) =>
      next[part].map((value) => [part, value] as const),
    );
    navigate(withQuery(location.pathname, pairs), { replace: true });
  };
  return {
    state,
    isChanged: Object.values(state).some((values) => values.length > 0),
    has: (part, value) => state[part].includes(value),
    toggle: (part, value) => {
      const values = state[part];
      const next = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
      write({ ...state, [part]: next });
    },
    reset: () => write({ minus: [], plus: [], without: [] }),
  };
}

/** Of what is known of a user, what the changed question asks with; undefined where the history is as it was. */
export function historyOf(known: readonly string[], { minus, plus }: WhatIf): readonly string[] | undefined {
  if (minus.length + plus.length === 0) return undefined;
  return [...known.filter((id) => !minus.includes(id) && !plus.includes(id)), ...plus];
}

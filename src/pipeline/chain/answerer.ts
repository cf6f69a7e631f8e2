// Who gives the recommendations that a chain shows, and why.

export interface Answerer {
  readonly name: string;
  readonly why: "won on validation" | "asked for";
  /** Absent where nobody was compared. */
  readonly contest?: Contest | undefined;
}

/** HR at `cut` over so many users, who were asked for their validation items. */
export interface Contest {
  readonly cut: number;
  readonly users: number;
  readonly model: Contestant;
  /** The best of those that need no training. */
  readonly best: Contestant;
}

export interface Contestant {
  readonly name: string;
  readonly value: number;
}

// What columns can mean, and which columns were chosen: the contract between recognition and the readers.

/** Of a table of interactions. */
export interface InteractionColumns {
  readonly user: string;
  readonly item: string;
  readonly timestamp?: string | undefined;
  /** The other half of the moment, where the day and the time of day stand in two columns. */
  readonly timeOfDay?: string | undefined;
  readonly rating?: string | undefined;
  /** What happened: view, cart, purchase. */
  readonly event?: string | undefined;
  /** How many pieces, plays, visits. */
  readonly quantity?: string | undefined;
  /** Facts about the item that stand beside each interaction. */
  readonly facts: FactColumns;
}

/** Columns with facts about items, of a catalogue or of a flat table. */
export interface FactColumns {
  readonly title?: string | undefined;
  readonly brand?: string | undefined;
  readonly price?: string | undefined;
  readonly categories?: string | undefined;
  readonly mainCategory?: string | undefined;
  readonly description?: string | undefined;
  readonly features?: string | undefined;
  /** Says which items are not to be shown. */
  readonly hidden?: string | undefined;
}

/** Of a catalogue. */
export interface CatalogueColumns extends FactColumns {
  readonly id: string;
}

export type Meaning = Exclude<keyof InteractionColumns, "facts"> | keyof FactColumns;

/** Column names as the user gave them; by default recognised. `none`: the table has no such column. */
export interface FactOptions {
  readonly title?: string | undefined;
  readonly brand?: string | undefined;
  readonly price?: string | undefined;
  readonly categories?: string | undefined;
  readonly description?: string | undefined;
  /** Columns that mean nothing. */
  readonly ignore?: readonly string[] | undefined;
}

export interface ColumnOptions extends FactOptions {
  readonly user?: string | undefined;
  readonly item?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly rating?: string | undefined;
  readonly event?: string | undefined;
  readonly quantity?: string | undefined;
}

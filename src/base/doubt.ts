import { InputError, type InputFacts } from "./errors.ts";

/** One reading of the data that a person may choose. */
export interface Choice {
  /** In words: "track_id is the item". */
  readonly words: string;
  /** The option that says so, as on the command line: `--item track_id`. */
  readonly flag: string;
  /** The same for `importDataset`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Something that the data do not tell and that must not be guessed. A script reads which flags decide it; a shell on a
 * terminal may ask, with the first parsed rows, and begin again with the options of the choice.
 */
export class Doubt extends InputError {
  override readonly name = "Doubt";
  readonly choices: readonly Choice[];
  /** The first parsed rows, column -> text. */
  readonly rows: readonly Readonly<Record<string, string>>[];

  constructor(
    facts: Omit<InputFacts, "todo">,
    choices: readonly Choice[],
    rows: readonly Readonly<Record<string, string>>[] = [],
  ) {
    super({ ...facts, todo: `Say which: ${choices.map(({ flag, words }) => `${flag} (${words})`).join(", ")}.` });
    this.choices = choices;
    this.rows = rows;
  }
}

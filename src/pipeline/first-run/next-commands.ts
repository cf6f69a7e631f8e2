// Command lines that go on from a first run, to be copied as they stand.
import { join } from "node:path";

export interface NextCommand {
  readonly words: readonly string[];
  /** What it does, in words. */
  readonly what: string;
}

export interface NextFacts {
  readonly out: string;
  /** The command line of this run, without the program. */
  readonly again: readonly string[];
  readonly user: string;
  /** Who recommends in the place of the run's model. */
  readonly by?: string | undefined;
  readonly minutes: number;
  /** Whether more minutes would give more. */
  readonly isLimited: boolean;
  /** That was trained. */
  readonly preset: string;
  /** No language model has written the texts. */
  readonly isRuleBased: boolean;
}

/** The largest that answers from all kinds of evidence. */
const LARGER = "mini";

export function nextCommands({
  out,
  again,
  user,
  by,
  minutes,
  isLimited,
  preset,
  isRuleBased,
}: NextFacts): NextCommand[] {
  const run = join(out, "run");
  const ofModel = by === undefined ? "" : `; by the model, not by ${by}`;
  return [
    {
      words: ["recommend", run, "--user", user, "--top", "10", ...(by === undefined ? [] : ["--model", by])],
      what: "recommend to one user",
    },
    { words: ["explain", run, "--user", user], what: `all the evidence behind it${ofModel}` },
    { words: ["serve", run], what: `answer over HTTP, with pages to look at it all${ofModel}` },
    { words: ["evaluate", run], what: "every metric, beside what needs no training" },
    ...(isLimited
      ? [{ words: withOption(again, "--minutes", String(3 * minutes)), what: "more training, or a larger model" }]
      : []),
    ...(isLimited || preset === LARGER
      ? []
      : [{ words: withOption(again, "--preset", LARGER), what: "a larger model" }]),
    ...(isRuleBased
      ? [{ words: withOption(again, "--llm", "ollama:deepseek-r1:14b"), what: "texts by a language model" }]
      : []),
  ];
}

/** The words with an option set, in place of a value that it had. */
function withOption(words: readonly string[], flag: string, value: string): readonly string[] {
  const at = words.indexOf(flag);
  return at < 0 ? [...words, flag, value] : words.with(at + 1, value);
}

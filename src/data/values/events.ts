// Kinds of events: which count, how much, and which take a liking back.
import { didYouMean, InputError, UsageError } from "../../base/errors.ts";
import { literal } from "../duckdb.ts";
import { isNoLiking, saysNoLiking, takesBack } from "./feedback-words.ts";

const MOST_KINDS = 60;

export interface EventKind {
  readonly name: string;
  readonly count: number;
}

export interface EventRule {
  /** SQL over a row with the kind `event` (empty where there is none): its weight; NULL where the row is left out. */
  readonly weight: string;
  /** SQL: does it take back what came before? */
  readonly takesBack: string;
  /** Do the weights of a pair's events add up to a number of their own? */
  readonly isWeighted: boolean;
  /** Kinds that are left out, with their rows. */
  readonly leftOut: readonly EventKind[];
  readonly back: readonly EventKind[];
  /** Kinds that count, and whether nobody chose among them. */
  readonly counting: readonly EventKind[];
  readonly areAlike: boolean;
}

/** `purchase=1,view=.2` -> weights; a kind without a number weighs 1. @throws UsageError */
export function parseEvents(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split(",").map((part) => {
      const [name, weight = "1"] = part.split(/=(?=[^=]*$)/).map((word) => word.trim()) as [string, string?];
      const number = Number(weight);
      if (name !== "" && weight !== "" && Number.isFinite(number)) return [name, number] as const;
      throw new UsageError(`--events ${text}: expected kinds and weights such as purchase=1,view=.2, found "${part}".`);
    }),
  );
}

/** @throws UsageError for a kind that does not occur, InputError where no kind is a liking. */
export function eventRule(
  where: string,
  column: string,
  kinds: readonly EventKind[],
  events: ReadonlyMap<string, number> | undefined,
): EventRule {
  if (events !== undefined) return chosenRule(column, kinds, events);
  const named = kinds.filter(({ name }) => name !== "");
  // Many kinds are no kinds but texts: of those only what is said in plain words.
  const isSaid = ({ name }: EventKind) => named.length <= MOST_KINDS || saysNoLiking(name);
  const back = named.filter((kind) => takesBack(kind.name) && isSaid(kind));
  const leftOut = named.filter((kind) => isNoLiking(kind.name) && !back.includes(kind) && isSaid(kind));
  if (named.length > 0 && back.length + leftOut.length === kinds.length) throw noneLiked(where, column, kinds);
  return {
    weight: leftOut.length === 0 ? "1" : `(CASE WHEN event NOT IN (${listOf(leftOut)}) THEN 1 END)`,
    takesBack: back.length === 0 ? "false" : `event IN (${listOf(back)})`,
    isWeighted: false,
    leftOut,
    back,
    counting: named.filter((kind) => !back.includes(kind) && !leftOut.includes(kind)),
    areAlike: true,
  };
}

function noneLiked(where: string, column: string, kinds: readonly EventKind[]): InputError {
  return new InputError({
    where,
    found: `only events that are no liking in "${column}": ${kindWords(kinds)}`,
    expected: "events of which some are a liking",
    todo: "Name the file with what people liked or bought; --event none counts every row.",
  });
}

function chosenRule(column: string, kinds: readonly EventKind[], events: ReadonlyMap<string, number>): EventRule {
  const known = kinds.map(({ name }) => name);
  const weights = new Map(
    Array.from(events, ([name, weight]) => {
      const found =
        known.find((each) => each === name) ?? known.find((each) => each.toLowerCase() === name.toLowerCase());
      if (found !== undefined) return [found, weight] as const;
      const list = known.slice(0, 20).join(", ");
      throw new UsageError(
        `--events ${name}: "${column}" holds no such kind. It holds ${list}.${didYouMean(name, known)}`,
      );
    }),
  );
  const cases = Array.from(weights, ([name, weight]) => `WHEN ${literal(name)} THEN ${weight}`);
  return {
    weight: `(CASE event ${cases.join(" ")} END)`,
    takesBack: "false",
    isWeighted: [...weights.values()].some((weight) => weight !== 1),
    leftOut: kinds.filter(({ name }) => !weights.has(name)),
    back: [],
    counting: kinds.filter(({ name }) => weights.has(name)),
    areAlike: false,
  };
}

function listOf(kinds: readonly EventKind[]): string {
  return kinds.map(({ name }) => literal(name)).join(", ");
}

/** `view (73), transaction (10)`. */
export function kindWords(kinds: readonly EventKind[]): string {
  const shown = kinds.slice(0, 6).map(({ name, count }) => `${name} (${count})`);
  return [...shown, ...(kinds.length > shown.length ? [`${kinds.length - shown.length} more`] : [])].join(", ");
}

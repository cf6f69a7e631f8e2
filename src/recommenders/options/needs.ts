// When an option does something, as data beside its default: what must hold of the other options. Data, not a function,
// so that one place refuses, hides and explains, and a test can find a setting in which an option is idle.

export type Values = Readonly<Record<string, unknown>>;

type Word = string | number | boolean;

/** What is wanted of an option: a value, one of some values, or a bound; `below` may name another option. */
export type Wanted = Word | readonly Word[] | { readonly above: number } | { readonly below: number | string };

/** Options by name, all of which must be as wanted. */
export type Together = Readonly<Record<string, Wanted>>;

/** One of several, or the one. */
export type Clause = Together | readonly Together[];

/** What an option says beside its default: all clauses must hold. */
export type Needs = { readonly needs: readonly Clause[] };

/**
 * For `.meta(...)`: `needs({ headShortcut: true, itemHead: above(0) })`, `needs([{ a: 1 }, { b: 2 }])` where one
 * suffices.
 */
export function needs(...clauses: Clause[]): Needs {
  return { needs: clauses };
}

export function above(bound: number): { readonly above: number } {
  return { above: bound };
}

/** `bound` is a number or the name of an option. */
export function below(bound: number | string): { readonly below: number | string } {
  return { below: bound };
}

export function holds(clauses: readonly Clause[], values: Values): boolean {
  return unmet(clauses, values).length === 0;
}

/** The clauses that do not hold, one for each option where a clause wants several together. */
export function unmet(clauses: readonly Clause[], values: Values): readonly (readonly Together[])[] {
  return separate(clauses).filter((any) => !any.some((all) => namesOf(all).every((name) => isAs(name, all, values))));
}

/**
 * The clauses that are left open when `fixed` values cannot change, without what they settle; undefined when no value
 * of the other options can meet them.
 */
export function leftOpen(clauses: readonly Clause[], fixed: Values): readonly (readonly Together[])[] | undefined {
  const isSettled = (name: string, all: Together): boolean => name in fixed && isAs(name, all, fixed);
  const open = separate(clauses).map((any) =>
    any
      .filter((all) => namesOf(all).every((name) => !(name in fixed) || isSettled(name, all)))
      .map((all) => Object.fromEntries(Object.entries(all).filter(([name]) => !isSettled(name, all)))),
  );
  if (open.some((any) => any.length === 0)) return undefined;
  return open.filter((any) => any.every((all) => namesOf(all).length > 0));
}

/** "itemHead or candidateHead above 0", "headShortcut true and itemHead above 0". */
export function wordsOf(clauses: readonly (readonly Together[])[]): string {
  return clauses.map(clauseWords).join(", and ");
}

/** Every option that the clauses ask about, in their order, also those that are bounds of others. */
export function namesIn(clauses: readonly Clause[]): readonly string[] {
  const asked = separate(clauses).flatMap((any) => any.flatMap(Object.entries<Wanted>));
  return [...new Set(asked.flatMap(([name, wanted]) => [name, ...boundNames(wanted)]))];
}

function boundNames(wanted: Wanted): readonly string[] {
  return typeof wanted === "object" && "below" in wanted && typeof wanted.below === "string" ? [wanted.below] : [];
}

/** A clause that wants several options together is one clause for each of them. */
function separate(clauses: readonly Clause[]): readonly (readonly Together[])[] {
  return clauses.flatMap((clause) =>
    isList(clause) ? [clause] : Object.entries(clause).map(([name, wanted]) => [{ [name]: wanted }]),
  );
}

function clauseWords(any: readonly Together[]): string {
  const wants = any.map((all) => Object.entries(all).map(([name, wanted]) => [name, wantedWords(wanted)] as const));
  const [first] = wants;
  const isAlike = wants.every((all) => all.length === 1 && all[0]![1] === first![0]![1]);
  if (isAlike) return `${wants.map((all) => all[0]![0]).join(" or ")} ${first![0]![1]}`;
  return wants.map((all) => all.map((want) => want.join(" ")).join(" and ")).join(", or ");
}

function wantedWords(wanted: Wanted): string {
  if (isList(wanted)) return wanted.join(" or ");
  if (typeof wanted !== "object") return wanted === "" ? "empty" : String(wanted);
  return "above" in wanted ? `above ${wanted.above}` : `below ${wanted.below}`;
}

function isAs(name: string, all: Together, values: Values): boolean {
  const wanted = all[name]!;
  const value = values[name];
  if (isList(wanted)) return wanted.includes(value as Word);
  if (typeof wanted !== "object") return value === wanted;
  if ("above" in wanted) return (value as number) > wanted.above;
  const bound = typeof wanted.below === "string" ? values[wanted.below] : wanted.below;
  return (value as number) < (bound as number);
}

const namesOf = (all: Together): readonly string[] => Object.keys(all);

/** Unlike `Array.isArray` it keeps the element type of readonly lists. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

// RecBole's names of options, taken where people arrive with them, under the names that are ours.
import { UsageError } from "../../base/errors.ts";
import type { Values } from "./needs.ts";
import { factsOf, type OptionSchema } from "./option.ts";

export interface Renamed {
  readonly values: Values;
  /** "n_heads is RecBole's name; here it is heads." */
  readonly notices: readonly string[];
}

/** `given` under our own names. @throws UsageError for an option that is named in both ways. */
export function ownNames({ schema }: { readonly schema: Pick<OptionSchema, "shape"> }, given: Values): Renamed {
  const own = aliases(schema);
  const renamed = Object.keys(given).filter((name) => own.has(name));
  for (const name of renamed) {
    const twice = Object.keys(given).find((other) => other !== name && (own.get(other) ?? other) === own.get(name));
    if (twice !== undefined)
      throw new UsageError(`options ${name} and ${twice}: two names of one option; leave one of them out.`);
  }
  const values = Object.entries(given).map(([name, value]) =>
    own.has(name) ? [own.get(name), ownValue(value)] : [name, value],
  );
  return {
    values: Object.fromEntries(values),
    notices: renamed.map((name) => `${name} is RecBole's name; here it is ${own.get(name)}.`),
  };
}

/** Our name by RecBole's. */
export function aliases(schema: Pick<OptionSchema, "shape">): ReadonlyMap<string, string> {
  return new Map(factsOf(schema).flatMap(({ name, alias }) => alias.map((other) => [other, name] as const)));
}

/** RecBole's choices are in capitals: `loss_type: CE`. */
const ownValue = (value: unknown): unknown => (typeof value === "string" ? value.toLowerCase() : value);

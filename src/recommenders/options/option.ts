// What an option says of itself: its type and default in zod, and beside them how people find it and when it applies.
import type { z } from "zod";
import type { Clause, Values } from "./needs.ts";

/** Headings under which options are listed, in this order. */
export const GROUPS = [
  "backbone",
  "words",
  "individual interest",
  "group interest",
  "model",
  "loss",
  "losses",
  "heads",
  "training",
  "decoding",
  "evidence",
] as const;
export type Group = (typeof GROUPS)[number];

declare module "zod" {
  interface GlobalMeta {
    group?: Group;
    /** What must hold for the option to do anything; absent: nothing. See `needs.ts`. */
    needs?: readonly Clause[];
    /** The value that switches it off: true where it does nothing, so nobody is refused it. */
    off?: string | number | boolean;
    /** RecBole's names for exactly the same. */
    alias?: readonly string[];
    /** RecBole's names for nearly the same, each with what is different: for hints. */
    akin?: Readonly<Record<string, string>>;
  }
}

/** A strict object of options. */
export type OptionSchema<O = unknown> = z.ZodType<O> & { readonly shape: Readonly<Record<string, z.ZodType>> };

/** Fields under one heading. */
export function inGroup<Shape extends Readonly<Record<string, z.ZodType>>>(group: Group, shape: Shape): Shape {
  const marked = Object.entries(shape).map(([name, field]) => [name, field.meta({ group })]);
  return Object.fromEntries(marked) as Shape;
}

/** An option as lists of options show it. */
export interface OptionFacts {
  readonly name: string;
  readonly group: Group;
  readonly description: string;
  readonly needs: readonly Clause[];
  readonly off: unknown;
  readonly alias: readonly string[];
  readonly akin: Readonly<Record<string, string>>;
  readonly default: unknown;
}

export function factsOf({ shape }: Pick<OptionSchema, "shape">): readonly OptionFacts[] {
  return Object.entries(shape).map(([name, field]) => {
    const { group = "model", description = "", needs = [], off, alias = [], akin = {} } = field.meta() ?? {};
    return { name, group, description, needs, off, alias, akin, default: field.safeParse(undefined).data };
  });
}

/** Default of every option. */
export function defaultsOf(schema: Pick<OptionSchema, "shape">): Values {
  return Object.fromEntries(factsOf(schema).map(({ name, default: value }) => [name, value]));
}

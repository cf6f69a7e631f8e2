// From what a user asks for to every option of a training: preset, then what the protocol sets, then the user's values.
//
// A user's value that would do nothing is refused, with what it needs, also where the preset says the same: whoever
// asks for a map between rows must not be given a model without one. The value that switches an option off is no such
// value, for off is what it is. Values of presets and protocols are never judged: `headWeight` of preset mini may stay
// when the heads are switched off.
import type { z } from "zod";
import { didYouMean, UsageError } from "../../base/errors.ts";
import type { Protocol } from "../../data/index.ts";
import { leftOpen, namesIn, type Together, unmet, type Values, wordsOf } from "./needs.ts";
import { defaultsOf, factsOf, type OptionFacts, type OptionSchema } from "./option.ts";
import { ownNames } from "./own-names.ts";

/** All options of a model. */
export interface OptionSpace<O extends Values = Values> {
  /** The model's name. */
  readonly model: string;
  /** Every option, also those that are fixed. */
  readonly schema: OptionSchema<O>;
  readonly presets: Readonly<Record<string, Values>>;
  /** Options that make the model what it is: nobody can set them. */
  readonly fixed?: Values | undefined;
  /**
   * Values that a protocol sets over the preset's: under `strict` they are required, under `paper` a user may set
   * others. The keys are the protocols the model can be trained under; default: `strict` alone.
   */
  readonly protocols?: Readonly<Partial<Record<Protocol, Values>>> | undefined;
  /** Values over a preset's and under the user's that follow from what the user asks. */
  readonly follows?: ((preset: Values, given: Values) => Values) | undefined;
  /** @throws UsageError for options that contradict each other. */
  check?(options: O): void;
  /** A sentence for a name that was once an option. */
  whyGone?(name: string): string | undefined;
}

export interface Asked {
  /** Values that a user set, under our names or RecBole's. */
  readonly given?: Values | undefined;
  /** Default "strict". */
  readonly protocol?: Protocol | undefined;
  /** Values under the user's and over the preset's that are not judged: sizes of tests and benchmarks. */
  readonly set?: Values | undefined;
}

/** Every option. @throws UsageError naming the option that is wrong, contradicts another or would do nothing. */
export function resolveOptions<O extends Values>(space: OptionSpace<O>, preset: string, asked: Asked = {}): O {
  const { given = {}, protocol = "strict", set = {} } = asked;
  const { model, presets, schema, fixed = {} } = space;
  const base = presets[preset];
  if (base === undefined)
    throw new UsageError(
      `preset ${preset}: expected one of ${Object.keys(presets).join(", ")}, the presets of ${model}.`,
    );
  const demanded = demandsOf(space, protocol);
  const { values } = ownNames(space, given);
  for (const name of Object.keys({ ...set, ...values })) requireSettable(space, name);
  for (const name of Object.keys(values)) requireUsable(space, name);
  const follow = space.follows?.(base, { ...set, ...values }) ?? {};
  const parsed = schema.safeParse({ ...base, ...follow, ...demanded, ...set, ...values, ...fixed });
  if (!parsed.success) throw new UsageError(wrongOption(model, parsed.error.issues[0]!));
  refuseIdle(space, values, parsed.data);
  if (protocol === "strict") requireDemanded(demanded, values, parsed.data);
  space.check?.(parsed.data);
  return parsed.data;
}

/** Options that a user may set: not fixed, and of effect at some values of the others. */
export function settableOptions({ schema, fixed = {} }: OptionSpace): readonly OptionFacts[] {
  return factsOf(schema).filter(({ name, needs }) => !(name in fixed) && leftOpen(needs, fixed) !== undefined);
}

/** Whether a value of the option does anything beside `values`. */
export function applies({ needs }: Pick<OptionFacts, "needs">, values: Values): boolean {
  return unmet(needs, values).length === 0;
}

function demandsOf({ model, protocols = { strict: {} } }: OptionSpace, protocol: Protocol): Values {
  const demanded = protocols[protocol];
  if (demanded === undefined) throw new UsageError(`model ${model} cannot be trained under protocol ${protocol}.`);
  return demanded;
}

function requireDemanded(demanded: Values, given: Values, values: Values): void {
  const wrong = Object.keys(demanded).find((name) => name in given && values[name] !== demanded[name]);
  if (wrong === undefined) return;
  throw new UsageError(
    `${wrong} ${values[wrong]}: protocol strict demands ${demanded[wrong]}; use --protocol paper for it.`,
  );
}

/** @throws UsageError for a name that is no option or is fixed. */
function requireSettable({ model, schema, fixed = {}, whyGone }: OptionSpace, name: string): void {
  const all = factsOf(schema);
  const known = all.find((option) => option.name === name);
  if (known === undefined) {
    const hint =
      akinHint(all, name) ??
      didYouMean(
        name,
        settableOptions({ model, schema, fixed, presets: {} }).map((option) => option.name),
      );
    throw new UsageError(whyGone?.(name) ?? `option ${name}: no such option.${hint} ${lists(model)}`);
  }
  if (name in fixed)
    throw new UsageError(`option ${name}: ${model} is the system where it is ${fixed[name]}; it cannot be set.`);
}

/** @throws UsageError for an option that can never do anything in this model. */
function requireUsable({ model, schema, fixed = {} }: OptionSpace, name: string): void {
  const { needs = [] } = schema.shape[name]!.meta() ?? {};
  if (leftOpen(needs, fixed) !== undefined) return;
  const never = unmet(needs, { ...defaultsOf(schema), ...fixed });
  throw new UsageError(
    `option ${name}: does nothing in ${model}; it needs ${wordsOf(never)}, which ${model} does not have. ${lists(model)}`,
  );
}

function akinHint(all: readonly OptionFacts[], name: string): string | undefined {
  const kin = all.find(({ akin }) => Object.hasOwn(akin, name));
  return kin === undefined ? undefined : ` Nearest is ${kin.name}: ${kin.akin[name]}.`;
}

function wrongOption(model: string, issue: z.core.$ZodIssue): string {
  return `option ${issue.path.join(".")}: ${issue.message}. ${lists(model)}`;
}

/** @throws UsageError for a user's value that does nothing, with what it needs. */
function refuseIdle({ schema, fixed = {} }: OptionSpace, given: Values, values: Values): void {
  for (const { name, needs, off } of factsOf(schema)) {
    if (!(name in given) || values[name] === off) continue;
    const missing = unmet(leftOpen(needs, fixed) ?? [], values);
    if (missing.length > 0) throw new UsageError(idleSentence(name, missing, values));
  }
}

function idleSentence(name: string, missing: readonly (readonly Together[])[], values: Values): string {
  const asked = namesIn(missing);
  const now = asked.map((other) => (values[other] === "" ? "empty" : String(values[other])));
  const found = asked.length > 2 ? asked.map((other, i) => `${other} ${now[i]}`).join(", ") : now.join(" and ");
  const choice = missing.some((any) => any.length > 1) ? "one" : "that";
  return `option ${name}=${values[name]} does nothing here: it needs ${wordsOf(missing)} (now ${found}). Set ${choice}, or leave ${name} out.`;
}

const lists = (model: string): string => `\`isrf models ${model}\` lists all options.`;

// The options of a model as a list for a terminal: by group, with the values of one preset.
import {
  applies,
  factsOf,
  GROUPS,
  leftOpen,
  type OptionFacts,
  type OptionSpace,
  resolveOptions,
  settableOptions,
  type Values,
  wordsOf,
} from "../recommenders/options/index.ts";
import { fieldsOf } from "./fields.ts";
import { WIDTH, wrap } from "./text.ts";

const NAME_WIDTH = 24;
const VALUE_WIDTH = 15;

/** An option as `--json` holds it. */
export interface OptionRecord {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly choices: readonly string[];
  /** RecBole's names for it. */
  readonly alias: readonly string[];
  /** What must hold for it to do anything: "itemHead above 0"; absent: nothing. */
  readonly needs?: string | undefined;
  /** Value by preset. */
  readonly defaults: Values;
}

/** Every option that a user may set. */
export function optionRecords(space: OptionSpace): OptionRecord[] {
  const resolved = Object.keys(space.presets).map((preset) => [preset, resolveOptions(space, preset)] as const);
  const choices = choicesOf(space);
  return byGroup(settableOptions(space)).map((option) => ({
    name: option.name,
    group: option.group,
    description: option.description,
    choices: choices.get(option.name)!,
    alias: option.alias,
    needs: needsWords(option, space),
    defaults: Object.fromEntries(resolved.map(([preset, values]) => [preset, values[option.name]])),
  }));
}

/** Whether `all` shows more than the list of a preset. */
export function hidesOptions(space: OptionSpace, preset: string): boolean {
  const values = resolveOptions(space, preset);
  return factsOf(space.schema).some((option) => option.name in (space.fixed ?? {}) || !applies(option, values));
}

/**
 * The groups with their options, at most 100 columns wide. Options that do nothing in the preset are named below their
 * group; `all` shows them in full, and those that are fixed.
 */
export function optionList(space: OptionSpace, preset: string, all: boolean): string {
  const values = resolveOptions(space, preset);
  const choices = choicesOf(space);
  const listed = byGroup(all ? factsOf(space.schema) : settableOptions(space));
  const groups = [...new Set(listed.map(({ group }) => group))].map((group) => {
    const own = listed.filter((option) => option.group === group);
    const shown = all ? own : own.filter((option) => applies(option, values));
    const idle = own.filter((option) => !shown.includes(option)).map(({ name }) => name);
    const rows = shown.flatMap((option) => optionRows(option, values, space, choices.get(option.name)!));
    const rest = idle.length === 0 ? [] : wrap(`idle here: ${idle.join(", ")}`, WIDTH - 2).map((line) => `  ${line}`);
    return [group.toUpperCase(), ...rows, ...rest].join("\n");
  });
  return groups.join("\n\n");
}

function optionRows(option: OptionFacts, values: Values, space: OptionSpace, choices: readonly string[]): string[] {
  const words = [meaning(option, choices), ...remarks(option, values, space)].join("; ");
  const value = shown(values[option.name]);
  const lines = wrap(words, WIDTH - NAME_WIDTH - VALUE_WIDTH);
  const indent = " ".repeat(NAME_WIDTH + VALUE_WIDTH);
  const head = `  ${option.name}`.padEnd(NAME_WIDTH) + `${value} `.padEnd(VALUE_WIDTH);
  return lines.map((line, i) => (i === 0 ? head : indent) + line);
}

function remarks(option: OptionFacts, values: Values, space: OptionSpace): string[] {
  const { name, alias } = option;
  const notes = alias.length === 0 ? [] : [`RecBole: ${alias.join(", ")}`];
  if (name in (space.fixed ?? {})) return [...notes, `FIXED: it makes ${space.model} what it is`];
  if (applies(option, values)) return notes;
  const needed = needsWords(option, space);
  return [...notes, needed === undefined ? `IDLE in ${space.model}` : `IDLE here: needs ${needed}`];
}

/** The description, with the choices that it does not name. */
function meaning({ description }: OptionFacts, choices: readonly string[]): string {
  const isNamed = choices.every((choice) => description.includes(choice));
  return isNamed ? description : `${description} (${choices.join(", ")})`;
}

function needsWords({ needs }: OptionFacts, { fixed = {} }: OptionSpace): string | undefined {
  const open = leftOpen(needs, fixed) ?? [];
  return open.length === 0 ? undefined : wordsOf(open);
}

function choicesOf({ schema }: OptionSpace): ReadonlyMap<string, readonly string[]> {
  return new Map(fieldsOf(schema).map(({ key, choices }) => [key, choices]));
}

/** In the order of the groups, and of declaration within one. */
function byGroup(options: readonly OptionFacts[]): readonly OptionFacts[] {
  return GROUPS.flatMap((group) => options.filter((option) => option.group === group));
}

const shown = (value: unknown): string => (value === "" ? "(empty)" : String(value));

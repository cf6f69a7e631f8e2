// One option at several values, all else equal (the paper's figures 4 and 8 sweep L' and k).
import { UsageError } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { aliases } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { DrawnDesign } from "./design.ts";
import { beside, formOf } from "./forms.ts";
import type { Form } from "./settings.ts";

/** What the paper calls an option. */
const SYMBOLS: Readonly<Record<string, string>> = { groupLayers: "L'", neighbours: "k" };

/** Which has several forms. */
const MODEL = "isrf";

type Value = string | number | boolean;

export interface Sweep {
  /** Name of a model's option. */
  readonly option: string;
  readonly values: readonly Value[];
  /** What is swept, with the option values that stay. */
  readonly system: Pick<SystemConfig, "model" | "set">;
  /** Of ISRF; default: paper, where the decoder answers, in whose prompts alone some options are heard. */
  readonly form?: Form | undefined;
  readonly preset: string;
  readonly protocol: Protocol;
}

/** @throws UsageError for fewer than two values, the same one twice, or one that is held for the swept option. */
export function sweepDesign({ option, values, system, form, preset, protocol }: Sweep): DrawnDesign {
  if (values.length < 2)
    throw new UsageError(`--values ${values.join(",")}: expected at least two values of ${option}, such as 1,2,3.`);
  const places = values.map((value) => ({ label: labelOf(option, value), name: String(value) }));
  const twice = places.find(({ label }, i) => places.findIndex((other) => other.label === label) < i);
  if (twice !== undefined) throw new UsageError(`--values: ${twice.name} stands there twice.`);
  if (form !== undefined && system.model !== MODEL)
    throw new UsageError(`--form ${form}: ${system.model} has one form; leave it out, or sweep ${MODEL}.`);
  refuseHeld(option, system);
  const asked = { preset, set: system.set };
  const isFormed = system.model === MODEL;
  const base = isFormed ? formOf(form ?? "paper", { ...asked, protocol }) : asked;
  const setOf = (value: Value) =>
    isFormed ? beside({ ...base, protocol }, { [option]: value }) : { ...base.set, [option]: value };
  return {
    systems: values.map((value, i) => ({
      model: system.model,
      preset: base.preset,
      label: places[i]!.label,
      set: setOf(value),
    })),
    figure: {
      name: `sweep-${fileName(option)}`,
      title: `${system.model} by ${option}`,
      kind: values.every((value) => typeof value === "number") ? "lines" : "dots",
      placesName: Object.hasOwn(SYMBOLS, option) ? `${SYMBOLS[option]} (${option})` : option,
      places,
    },
  };
}

/** An option has an older name, maybe. */
function refuseHeld(option: string, { model, set }: Sweep["system"]): void {
  const own = aliases(trainable(model).options.schema);
  const nameOf = (name: string) => own.get(name) ?? name;
  const held = Object.keys(set).find((name) => nameOf(name) === nameOf(option));
  if (held === undefined) return;
  throw new UsageError(
    `--set ${held}=${set[held]}: ${option} is what is swept; leave it out, or sweep another option.`,
  );
}

function labelOf(option: string, value: Value): string {
  return fileName(`${option}-${value}`);
}

/** Labels are folders. */
function fileName(text: string): string {
  return text.replace(/[^\w.+-]+/g, "_");
}

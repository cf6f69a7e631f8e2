// ISRF without one of its parts at a time: as its paper has it (table 3), and as it answers here.
import { UsageError } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { resolveOptions } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { StudyDesign } from "./design.ts";
import { formOf, WITNESSES } from "./forms.ts";
import type { Form } from "./settings.ts";

type Settings = SystemConfig["set"];

export interface Ablation {
  /** paper: the decoder answers alone, and the paper's losses act; product: by all witnesses. */
  readonly form: Form;
  readonly preset: string;
  readonly protocol: Protocol;
  /** Option values of every row. */
  readonly set: Settings;
}

const MODEL = "isrf";

/** @throws UsageError for a preset that is none, or that has nothing of the form to leave out. */
export function ablationDesign(ablation: Ablation): StudyDesign {
  const rows = ablation.form === "paper" ? paperRows(ablation) : productRows(ablation);
  return {
    systems: rows.map(({ label, set }) => ({ model: MODEL, label, set })),
    figure: {
      name: `ablation-${ablation.form}`,
      title: `ISRF without its parts, ${ablation.form === "paper" ? "the decoder answering alone" : "as it answers"}`,
      kind: "dots",
      placesName: "",
      places: rows.map(({ label, name }) => ({ label, name })),
    },
  };
}

interface Row {
  readonly label: string;
  readonly name: string;
  readonly set: Settings;
}

function paperRows({ preset, protocol, set }: Ablation): Row[] {
  const base = formOf("paper", preset, set);
  const { width } = resolveOptions(trainable(MODEL).options, preset, { given: base, protocol });
  if (typeof width !== "number") throw new UsageError(`preset ${preset}: has no width.`);
  const row = (label: string, name: string, own: Settings): Row => ({ label, name, set: { ...base, ...own } });
  return [
    row(MODEL, "ISRF", {}),
    row("without-L_DS", "w/o L_DS", { lambdaDirect: 0 }),
    row("without-L_S", "w/o L_S", { lambdaSequential: 0 }),
    row("without-I_se", "w/o I_se", { itemSource: "free" }),
    row("without-adapter", "w/o adapter", { itemSource: "frozen-semantic", semanticWidth: width }),
    row("without-group", "w/o group", { lambdaDirect: 0, lambdaSequential: 0, groupWord: false, groupEvery: 0 }),
    row("teacher-e", "teacher e", { distillTeacher: "e" }),
  ];
}

function productRows({ preset, protocol, set }: Ablation): Row[] {
  const resolved = resolveOptions(trainable(MODEL).options, preset, { given: set, protocol });
  const heard = Object.entries(WITNESSES).filter(([, option]) => resolved[option] === true);
  if (heard.length === 0) {
    throw new UsageError(`preset ${preset}: no witness speaks there, so there is none to leave out; use --form paper.`);
  }
  const without = heard.map(([name, option]) => ({
    label: `without-${name}`,
    name: `w/o ${name}`,
    set: { ...set, [option]: false },
  }));
  return [{ label: MODEL, name: "ISRF", set }, ...without];
}

// ISRF without one of its parts at a time: as its paper has it (table 3), and as it answers here.
import { UsageError, unknownName } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { LOSS_FORMS } from "../../../interests/contrastive.ts";
import { resolveOptions } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { DrawnDesign } from "./design.ts";
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
  /** Labels of rows beside ISRF; default: all. */
  readonly rows?: readonly string[] | undefined;
}

const MODEL = "isrf";

/** @throws UsageError for a preset that is none, or that has nothing of the form to leave out. */
export function ablationDesign(ablation: Ablation): DrawnDesign {
  const all = ablation.form === "paper" ? paperRows(ablation) : productRows(ablation);
  const rows = chosenRows(all, ablation.rows);
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

function chosenRows(all: readonly Row[], labels: readonly string[] | undefined): readonly Row[] {
  if (labels === undefined) return all;
  const known = all.map(({ label }) => label);
  const strange = labels.find((label) => !known.includes(label));
  if (strange !== undefined) throw unknownName("--rows", strange, known);
  return all.filter(({ label }) => label === MODEL || labels.includes(label));
}

interface Row {
  readonly label: string;
  readonly name: string;
  readonly set: Settings;
}

function paperRows({ preset, protocol, set }: Ablation): Row[] {
  const base = formOf("paper", preset, set);
  const whole = resolveOptions(trainable(MODEL).options, preset, { given: base, protocol });
  const { width, distillTeacher, lossForm, tasks, promptForm } = whole;
  if (typeof width !== "number") throw new UsageError(`preset ${preset}: has no width.`);
  const row = (label: string, name: string, own: Settings): Row => ({ label, name, set: { ...base, ...own } });
  return [
    row(MODEL, "ISRF", {}),
    row("without-L_DS", "w/o L_DS", { lambdaDirect: 0 }),
    row("without-L_S", "w/o L_S", { lambdaSequential: 0 }),
    row("without-I_se", "w/o I_se", { itemSource: "free" }),
    row("without-adapter", "w/o adapter", { itemSource: "frozen-semantic", semanticWidth: width }),
    row("without-group", "w/o group", { lambdaDirect: 0, lambdaSequential: 0, groupWord: false, groupEvery: 0 }),
    row("without-iteration", "w/o iteration", { lambdaDirect: 0, lambdaSequential: 0 }),
    // Sentences need words, which compact prompts have none of.
    ...(promptForm === "text" ? [explanationRow(row, tasks)] : []),
    // What the whole row is not: the paper's text and its equation name different teachers, and there are three losses.
    ...["e", "h"]
      .filter((teacher) => teacher !== distillTeacher)
      .map((teacher) => row(`teacher-${teacher}`, `teacher ${teacher}`, { distillTeacher: teacher })),
    ...LOSS_FORMS.filter((form) => form !== lossForm).map((form) =>
      row(`loss-${form}`, `${form} losses`, { lossForm: form }),
    ),
  ];
}

function explanationRow(row: (label: string, name: string, own: Settings) => Row, tasks: unknown): Row {
  return tasks === "three"
    ? row("without-explanation", "w/o explanation", { tasks: "both" })
    : row("with-explanation", "with explanation", { tasks: "three" });
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

// ISRF without one of its parts at a time: as its paper has it (table 3), and as it answers here.

import { UsageError, unknownName } from "../../../base/errors.ts";
import type { Protocol } from "../../../data/index.ts";
import { LOSS_FORMS, type LossForm } from "../../../interests/contrastive.ts";
import { WITNESS_OPTIONS } from "../../../recommenders/isrf/index.ts";
import { resolveOptions } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { SystemConfig } from "../study-config.ts";
import type { DrawnDesign } from "./design.ts";
import { beside, formOf } from "./forms.ts";
import type { Form } from "./settings.ts";

type Settings = SystemConfig["set"];

export interface Ablation {
  /** paper: the paper's parts and losses; product: the answer by all witnesses; decoder: a preset without heads. */
  readonly form: Form;
  readonly preset: string;
  readonly protocol: Protocol;
  /** Option values of every row. */
  readonly set: Settings;
  /** Labels of rows beside ISRF; default: all. */
  readonly rows?: readonly string[] | undefined;
}

const MODEL = "isrf";

const TITLES: Readonly<Record<Form, string>> = {
  paper: "in its paper's form",
  product: "as it answers",
  decoder: "the decoder answering alone",
};

/** @throws UsageError for a preset that is none, or that has nothing of the form to leave out. */
export function ablationDesign(ablation: Ablation): DrawnDesign {
  const { preset, rows: all } = ablation.form === "product" ? productRows(ablation) : paperRows(ablation);
  const rows = chosenRows(all, ablation.rows);
  return {
    // What is asked for by name is not left out in its asker's place.
    leavesOut: ablation.rows === undefined,
    systems: rows.map(({ label, set }) => ({ model: MODEL, preset, label, set })),
    figure: {
      name: `ablation-${ablation.form}`,
      title: `ISRF without its parts, ${TITLES[ablation.form]}`,
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

/** tau at which each form is known: soft targets compare dot products, the others cosines (docs/isrf.md, A6). */
const TEMPERATURES: Readonly<Record<LossForm, number>> = { "cross-pair": 0.1, printed: 0.1, "soft-target": 1 };

interface Rows {
  readonly preset: string;
  readonly rows: readonly Row[];
}

function paperRows({ form, protocol, ...asked }: Ablation): Rows {
  const base = { ...formOf(form, { ...asked, protocol }), protocol };
  const whole = resolveOptions(trainable(MODEL).options, base.preset, { given: base.set, protocol });
  const { width, distillTeacher, lossForm, tasks, promptForm } = whole;
  if (typeof width !== "number") throw new UsageError(`preset ${base.preset}: has no width.`);
  const { temperature } = base.set;
  const tau = temperature === undefined ? {} : { temperature };
  const row = (label: string, name: string, own: Settings): Row => ({ label, name, set: beside(base, own) });
  const rows = [
    { label: MODEL, name: "ISRF", set: base.set },
    row("without-L_DS", "w/o L_DS", { lambdaDirect: 0 }),
    row("without-L_S", "w/o L_S", { lambdaSequential: 0 }),
    // At the size of the items that they replace.
    row("without-I_se", "w/o I_se", { itemSource: "free", itemSize: "adapted" }),
    row("without-adapter", "w/o adapter", {
      itemSource: "frozen-semantic",
      semanticWidth: width,
      itemSize: "adapted",
    }),
    row("without-group", "w/o group", { lambdaDirect: 0, lambdaSequential: 0, groupWord: false, groupEvery: 0 }),
    row("without-iteration", "w/o iteration", { lambdaDirect: 0, lambdaSequential: 0 }),
    // Sentences need words, which compact prompts have none of.
    ...(promptForm === "text" ? [explanationRow(row, tasks)] : []),
    // What the whole row is not: the paper's text and its equation name different teachers, and there are three losses.
    ...["e", "h"]
      .filter((teacher) => teacher !== distillTeacher)
      .map((teacher) => row(`teacher-${teacher}`, `teacher ${teacher}`, { distillTeacher: teacher })),
    ...LOSS_FORMS.filter((form) => form !== lossForm).map((form) =>
      row(`loss-${form}`, `${form} losses`, { lossForm: form, temperature: TEMPERATURES[form], ...tau }),
    ),
  ];
  return { preset: base.preset, rows };
}

function explanationRow(row: (label: string, name: string, own: Settings) => Row, tasks: unknown): Row {
  return tasks === "three"
    ? row("without-explanation", "w/o explanation", { tasks: "both" })
    : row("with-explanation", "with explanation", { tasks: "three" });
}

function productRows({ preset, protocol, ...asked }: Ablation): Rows {
  const { set } = formOf("product", { ...asked, preset, protocol });
  const resolved = resolveOptions(trainable(MODEL).options, preset, { given: set, protocol });
  const heard = Object.entries(WITNESS_OPTIONS).filter(([, option]) => resolved[option] === true);
  if (heard.length === 0) {
    throw new UsageError(`preset ${preset}: no witness speaks there, so there is none to leave out; use --form paper.`);
  }
  const without = heard.map(([name, option]) => ({
    label: `without-${name}`,
    name: `w/o ${name}`,
    set: beside({ preset, protocol, set }, { [option]: false }),
  }));
  return { preset, rows: [{ label: MODEL, name: "ISRF", set }, ...without] };
}

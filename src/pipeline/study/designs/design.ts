// A study whose systems follow from one question, with the picture that answers it.
import type { Comparison } from "../../compare/comparison.ts";
import { panelsFigure } from "../../figures/panels.ts";
import type { PanelsFigure, Point } from "../../figures/panels-figure.ts";
import type { StudyVectors } from "../datasets.ts";
import type { SystemConfig } from "../study-config.ts";

export interface StudyFigure extends Pick<PanelsFigure, "title" | "kind" | "placesName"> {
  /** Of the file, without its ending. */
  readonly name: string;
  /** Labels of systems in their order, and what they are called along the axis. */
  readonly places: readonly { readonly label: string; readonly name: string }[];
}

export interface StudyDesign {
  readonly systems: readonly SystemConfig[];
  /** Where it is answered by a picture, too. */
  readonly figure?: StudyFigure | undefined;
  /** Whether what trainings and answers took is told. */
  readonly costs?: boolean | undefined;
  /** Whether the paper's own figures are put beside. */
  readonly printed?: boolean | undefined;
  /** Vectors that its systems read, beside or instead of the study's. */
  readonly vectors?: readonly StudyVectors[] | undefined;
  /** Whether texts that rules wrote are refused. */
  readonly needsChain?: boolean | undefined;
  /** Whether rows that are another's training, or that the data cannot train, are left out, and it is said. */
  readonly leavesOut?: boolean | undefined;
  /** What was left out already, and what readers of the tables should know beside what they say. */
  readonly notes?: readonly string[] | undefined;
}

/** A design whose answer is drawn. */
export interface DrawnDesign extends StudyDesign {
  readonly figure: StudyFigure;
}

const QUESTIONS = { sequential: "next item", "direct-uniform": "among 100" } as const;
const METRICS = ["HR@10", "NDCG@10"] as const;

/**
 * The picture of what is known so far, an SVG document: a panel for each task and metric, a series for each data. What
 * was asked otherwise than the first row is marked, as in the tables.
 */
export function drawStudy({ places, ...figure }: StudyFigure, comparison: Comparison): string {
  const apart = new Set(comparison.systems.flatMap(({ label, differences }) => (differences.length > 0 ? label : [])));
  const panels = Object.entries(QUESTIONS).flatMap(([question, task]) =>
    METRICS.map((metric) => ({
      title: `${metric}, ${task}`,
      series: comparison.datasets.map(({ name }) => ({
        name,
        points: places.map(({ label }) => pointOf(comparison, { question, metric, dataset: name, label })),
      })),
    })),
  );
  const asked = panels.filter(({ series }) => series.some(({ points }) => points.some((point) => point !== undefined)));
  const isMarked = places.some(({ label }) => apart.has(label));
  const placesName = isMarked ? [figure.placesName, "* not comparable"].filter(Boolean).join("; ") : figure.placesName;
  const names = places.map(({ label, name }) => (apart.has(label) ? `${name} *` : name));
  return panelsFigure({ ...figure, placesName, places: names, panels: asked });
}

interface Place {
  readonly question: string;
  readonly metric: string;
  readonly dataset: string;
  readonly label: string;
}

function pointOf(comparison: Comparison, { question, metric, dataset, label }: Place): Point | undefined {
  const columns = comparison.questions.find((one) => one.question === question)?.columns ?? [];
  const column = columns.find((one) => one.dataset === dataset && one.metric === metric);
  const system = comparison.systems.findIndex((one) => one.label === label);
  const cell = column?.cells[system];
  return cell ? { value: cell.value, deviation: cell.deviation } : undefined;
}

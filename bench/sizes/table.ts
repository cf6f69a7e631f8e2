// results/bench-sizes.json as the table of docs/data.md.
export interface Cell {
  readonly step: string;
  readonly ratings: number;
  readonly processorSeconds: number;
  readonly peakMemoryMiB: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly failure?: string | undefined;
}

/** Processor seconds and peak memory by step and size; what a training step takes, for trainings. */
export function sizesTable(steps: readonly string[], ratings: readonly number[], measured: readonly Cell[]): string {
  const head = ["step", ...ratings.map((size) => `${(size / 1e6).toString()} M`)];
  const rows = steps.map((step) => [
    step,
    ...ratings.map((size) => cell(measured.find((each) => each.step === step && each.ratings === size))),
  ]);
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function cell(measured: Cell | undefined): string {
  if (measured === undefined) return "";
  const { processorSeconds, peakMemoryMiB, figures, failure } = measured;
  if (failure !== undefined) return "not done";
  const step = figures["a step, processor seconds"];
  const steps = figures["steps an epoch"];
  const time =
    step === undefined
      ? `${digits(processorSeconds)} s`
      : `${digits(figures["until the first step, processor seconds"]!)} s, then ${Math.round(steps!)} x ${digits(step)} s an epoch`;
  return `${time}; ${digits(peakMemoryMiB / 1024)} GiB`;
}

/** Two figures tell enough. */
function digits(value: number): string {
  return value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2)).toString();
}

// Systems side by side in one metric of one question set, both of which are chosen.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Choice } from "../../showing/choice.tsx";
import { IntervalPlot, type Measured } from "../../showing/interval-plot.tsx";

export interface MeasuredSet {
  readonly question: string;
  readonly systems: readonly {
    readonly key: string;
    readonly name: ComponentChildren;
    readonly measured: Readonly<Record<string, Measured>>;
    readonly isOwn?: boolean | undefined;
  }[];
}

/** First where they are there. */
const USUAL = ["NDCG@10", "HR@10", "HR@1", "MRR"];

export function Measures({
  sets,
  spread,
}: {
  readonly sets: readonly MeasuredSet[];
  /** What the lines are; default: 95 % intervals. */
  readonly spread?: string | undefined;
}): JSX.Element | null {
  const [question, setQuestion] = useState(sets[0]?.question ?? "");
  const set = sets.find((one) => one.question === question) ?? sets[0];
  const metrics = set === undefined ? [] : namesOf(set);
  const [chosen, setMetric] = useState(metrics[0] ?? "");
  if (set === undefined) return null;
  const metric = metrics.includes(chosen) ? chosen : (metrics[0] ?? "");
  const rows = set.systems.flatMap(({ measured, ...system }) =>
    measured[metric] === undefined ? [] : [{ ...system, ...measured[metric] }],
  );
  return (
    <div class="card">
      <div class="tools measure-tools">
        {sets.length > 1 && (
          <Choice
            label="Questions"
            options={sets.map((one) => ({ value: one.question, name: one.question }))}
            value={set.question}
            onChoose={setQuestion}
          />
        )}
        <Choice
          label="Metric"
          options={metrics.map((name) => ({ value: name, name }))}
          value={metric}
          onChoose={setMetric}
        />
      </div>
      <IntervalPlot
        rows={rows.sort((a, b) => b.value - a.value)}
        label={`${metric}, ${set.question}`}
        spread={spread}
      />
    </div>
  );
}

const SHOWN = 6;

function namesOf({ systems }: MeasuredSet): readonly string[] {
  const there = new Set(systems.flatMap(({ measured }) => Object.keys(measured)));
  return [...USUAL.filter((name) => there.has(name)), ...[...there].filter((name) => !USUAL.includes(name))].slice(
    0,
    SHOWN,
  );
}

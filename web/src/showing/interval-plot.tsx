// Values with their intervals on one scale: a dot, a line from low to high, and the figures beside them.
import type { ComponentChildren, JSX } from "preact";
import { plain } from "./numbers.ts";

export interface Measured {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** `low` and `high` are the lowest and the highest seed, and no 95 % interval. */
  readonly isOverSeeds?: boolean | undefined;
}

export interface IntervalRow extends Measured {
  readonly key: string;
  readonly name: ComponentChildren;
  /** Drawn in the accent: what the others are compared with. */
  readonly isOwn?: boolean | undefined;
}

export function IntervalPlot({
  rows,
  label,
  spread = "each with its 95 % interval where one is known",
  digits = 4,
}: {
  readonly rows: readonly IntervalRow[];
  /** What is measured. */
  readonly label: string;
  /** What the lines are, for those who do not see them. */
  readonly spread?: string | undefined;
  readonly digits?: number | undefined;
}): JSX.Element {
  const ends = rows.flatMap(({ value, low = value, high = value }) => [low, high]);
  const [least, most] = [Math.min(0, ...ends), Math.max(1e-9, ...ends)];
  const at = (value: number) => `${((value - least) / (most - least)) * 100}%`;
  return (
    <table class="intervals">
      <caption class="hidden-words">
        {label}, {spread}
      </caption>
      <thead class="hidden-words">
        <tr>
          <th scope="col">System</th>
          <th scope="col">Drawn</th>
          <th scope="col">{label}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, value, low, high, isOwn }) => (
          <tr key={key} class={isOwn === true ? "is-own" : undefined}>
            <th scope="row" class="interval-name">
              {name}
            </th>
            <td class="interval-drawn" aria-hidden="true">
              <span class="interval-track">
                {least < 0 && <span class="interval-zero" style={{ left: at(0) }} />}
                {low !== undefined && high !== undefined && (
                  <span class="interval-line" style={{ left: at(low), right: `calc(100% - ${at(high)})` }} />
                )}
                <span class="interval-dot" style={{ left: at(value) }} />
              </span>
            </td>
            <td class="number">
              {plain(value, digits)}
              {low !== undefined && high !== undefined && (
                <span class="faint small interval-words">
                  {plain(low, digits)}–{plain(high, digits)}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

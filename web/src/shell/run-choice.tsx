// Which of several runs the pages ask; nothing where one alone is served.
import type { JSX } from "preact";
import { chooseRun, chosenRun } from "../asking/chosen-run.ts";
import { useAnswer } from "../asking/use-answer.ts";

export function RunChoice(): JSX.Element | null {
  const answer = useAnswer("runs", {});
  if (answer.kind !== "here" || answer.value.runs.length < 2) return null;
  const { runs } = answer.value;
  const first = runs.find(({ isDefault }) => isDefault) ?? runs[0]!;
  return (
    <label class="field">
      <span>Pages ask</span>
      <select value={chosenRun.value ?? first.name} onChange={(event) => chooseRun(event.currentTarget.value)}>
        {runs.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

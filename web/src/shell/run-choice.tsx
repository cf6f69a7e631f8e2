// Which of several runs the pages ask; nothing where one alone is served.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { chooseRun, chosenRun, servedChoice } from "../asking/chosen-run.ts";
import { useAnswer } from "../asking/use-answer.ts";

export function RunChoice(): JSX.Element | null {
  const answer = useAnswer("runs", {});
  const runs = answer.kind === "here" ? answer.value.runs : undefined;
  const chosen = chosenRun.value;
  useEffect(() => {
    if (runs === undefined) return;
    const served = servedChoice(
      chosen,
      runs.map(({ name }) => name),
    );
    if (served !== chosen) chooseRun(served);
  }, [runs, chosen]);
  if (runs === undefined || runs.length < 2) return null;
  const first = runs.find(({ isDefault }) => isDefault) ?? runs[0]!;
  return (
    <label class="field">
      <span>Pages ask</span>
      <select value={chosen ?? first.name} onChange={(event) => chooseRun(event.currentTarget.value)}>
        {runs.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

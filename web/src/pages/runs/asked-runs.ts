// What came of asking for several runs: those that answered, and why the others did not.
import type { Run } from "../../../../src/client/index.ts";
import { refusalOf } from "../../asking/server.ts";

export interface AskedRuns {
  readonly runs: readonly Run[];
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

export function askedRuns(names: readonly string[], answers: readonly PromiseSettledResult<Run>[]): AskedRuns {
  const runs: Run[] = [];
  const missing: { name: string; why: string }[] = [];
  for (const [at, answer] of answers.entries()) {
    if (answer.status === "fulfilled") runs.push(answer.value);
    else missing.push({ name: names[at]!, why: refusalOf(answer.reason).message });
  }
  return { runs, missing };
}

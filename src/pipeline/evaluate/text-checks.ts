// The part of the strict checks that reads the journal of the texts (docs/protocols.md, "Checks of every evaluation").
import type { Check } from "../../evaluation/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import { textLeak } from "../audit/text-leaks.ts";

const VERDICTS = { absent: "ok", present: "fail", "not measurable": "unknown" } as const;

/**
 * Whether user texts come from training prefixes. Reading the whole journal takes longer than asking a sample of
 * `users` (half a minute for Amazon Beauty): a sample goes without, unless the run itself says that they do not.
 */
export async function textChecks({ dataset, split, config }: OpenRun, users: number | undefined): Promise<Check[]> {
  if (users !== undefined && config.embeddings?.userHistory !== "full") return [];
  const { verdict, reason } = await textLeak(dataset, split, config, { counts: false });
  return [{ name: "user texts are made from training prefixes", verdict: VERDICTS[verdict], detail: reason }];
}

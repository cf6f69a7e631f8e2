// Prompt sets by version, and those that users bring in a file.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { parseYaml } from "../../base/yaml.ts";
import { FIGURES_6_7_PRINTED } from "./figures-6-7-printed.ts";
import { FIGURES_6_7_V1 } from "./figures-6-7-v1.ts";
import { FIGURES_6_7_V2 } from "./figures-6-7-v2.ts";
import { FIGURES_6_7_V3 } from "./figures-6-7-v3.ts";
import { ONE_CALL_V1 } from "./one-call-v1.ts";
import { ONE_CALL_V2 } from "./one-call-v2.ts";
import { PROMPT_SET, type PromptSet } from "./prompt-set.ts";

export { PROMPT_SET, type PromptSet } from "./prompt-set.ts";

export const BUILT_IN_PROMPTS: Readonly<Record<string, PromptSet>> = {
  [FIGURES_6_7_PRINTED.version]: FIGURES_6_7_PRINTED,
  [FIGURES_6_7_V1.version]: FIGURES_6_7_V1,
  [FIGURES_6_7_V2.version]: FIGURES_6_7_V2,
  [FIGURES_6_7_V3.version]: FIGURES_6_7_V3,
  [ONE_CALL_V1.version]: ONE_CALL_V1,
  [ONE_CALL_V2.version]: ONE_CALL_V2,
};

/** The paper's three questions: what rules go by, and what files of changed parts change. */
export const STEPWISE_PROMPTS: PromptSet = FIGURES_6_7_V3;

/** What language models are asked with where nobody says otherwise (docs/decisions/0031-default-prompts.md). */
export const DEFAULT_PROMPTS: PromptSet = ONE_CALL_V2;

const HASH_LENGTH = 8;

/**
 * The prompts of a built-in set by its version, or of a YAML or JSON file. A file that is a whole set is taken as it
 * is: without `system` nothing is sent as one. What another file leaves out is taken from `STEPWISE_PROMPTS`. `version`
 * must be there and gets the hash of the content, so that an edited file never passes for the one before.
 * @throws InputError when the file cannot be read or a part of it has no place.
 */
export function readPrompts(path: string): PromptSet {
  const builtIn = BUILT_IN_PROMPTS[path];
  if (builtIn !== undefined) return builtIn;
  let content: unknown;
  try {
    content = parseYaml(readFileSync(path, "utf8"));
  } catch (cause) {
    const found = reasonOf(cause).split("\n")[0]!;
    throw new InputError({ where: path, found, expected: "prompts in YAML or JSON" }, { cause });
  }
  const own = isRecord(content) ? content : {};
  const { version: _, ...inherited } = STEPWISE_PROMPTS;
  const whole = PROMPT_SET.safeParse(own);
  const parsed = whole.success ? whole : PROMPT_SET.safeParse(merge(inherited, own));
  if (!parsed.success) {
    const found = z.prettifyError(parsed.error);
    throw new InputError({ where: path, found, expected: "a prompt set, such as `isrf reason-prompts` prints" });
  }
  return {
    ...parsed.data,
    version: `${parsed.data.version}-${sha256(JSON.stringify(parsed.data)).slice(0, HASH_LENGTH)}`,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    // Limits replace as a whole: a file that names one wants the others gone.
    merged[key] = key !== "limits" && isRecord(below) && isRecord(value) ? merge(below, value) : value;
  }
  return merged;
}

// How the texts of a chain came to be.
import { OFFLINE_LABEL, promptsOf, type ReasoningManifest } from "../../reasoning/index.ts";

/** Each step told the answers before it, all in one call, or each by rule. */
export type ChainWriting = "steps" | "one call" | "rules";

/**
 * Undefined where subjects have others' texts, adapted: those were written in none of these ways.
 * @throws InputError for prompts that are neither built in nor in the manifest.
 */
export function writingOf(manifest: ReasoningManifest, directory: string): ChainWriting | undefined {
  if (manifest.label === OFFLINE_LABEL) return "rules";
  if (manifest.adaptItems !== undefined || manifest.adaptUsers !== undefined) return undefined;
  return promptsOf(manifest, directory).together === undefined ? "steps" : "one call";
}

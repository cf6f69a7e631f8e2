// Errors as agents read them: what was wrong and what to do, in the words of the tools, and nothing of this machine.
import { InputError, UsageError } from "../base/errors.ts";
import type { OpenRun } from "../runs/run.ts";
import type { AgentTool } from "./tool.ts";
import { BusyError } from "./turns.ts";

/** Undefined for an error that neither another input nor another time would mend. */
export function refusalOf(error: unknown, tool: AgentTool, run: OpenRun): string | undefined {
  if (error instanceof BusyError) return error.message;
  if (!(error instanceof UsageError || error instanceof InputError)) return undefined;
  return withoutPlaces(withFields(error.message, tool), run);
}

/**
 * `--new-user` of the command line is the field `newUser` here; other flags are no fields, and lose their dashes. Ids
 * may have dashes inside.
 */
function withFields(message: string, { input }: AgentTool): string {
  return message.replace(/(?<=^|[\s(])--([a-z][a-z-]*)/g, (_, flag: string) => {
    const field = flag.replace(/-([a-z])/g, (__, letter: string) => letter.toUpperCase());
    return field in input.shape ? field : flag;
  });
}

/** Messages of the command line name directories. The longer goes first, for one may lie in the other. */
function withoutPlaces(message: string, { directory, dataset }: OpenRun): string {
  const places = [
    { place: directory, name: "the run" },
    { place: dataset.directory, name: "the shop's data" },
  ].sort((a, b) => b.place.length - a.place.length);
  return places.reduce((text, { place, name }) => text.replace(wholePath(place), name), message);
}

/** `place` where it stands by itself or as the beginning of a path, and not in a longer name. */
function wholePath(place: string): RegExp {
  const escaped = place.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_./\\\\-])${escaped}(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}_])`, "gu");
}

import { UsageError } from "../../base/errors.ts";
import { explainSettings } from "../../pipeline/explain/settings.ts";
import { refuseIdle, refuseUnread } from "../beside.ts";
import { defineCommand, exact } from "../command.ts";
import { explanationText } from "../explanation-text.ts";
import { printable } from "../text.ts";

export const explainCommand = defineCommand({
  path: ["explain"],
  summary: "tell why a user is recommended these items",
  description:
    "Takes the user's first recommendations apart. Where a score is a sum of named evidence (isrf, presets tiny and mini; stacked): what each term adds beside what it adds to items drawn from the catalogue, as a bar and in words, with the items, similar users and texts behind it.\n\n" +
    "Elsewhere (isrf without witnesses: presets small, paper and authors, protocol paper, older runs): which items of the own history speak for each (how far its score falls without them), which similar users do (what they have and what they share with this user), and which of the two interests moved its rank, by taking each away in turn.\n\n" +
    "--generate writes a sentence on what --item is to the user instead, by a model that learnt some (train --set tasks=three).",
  examples: [
    "isrf explain run --user 4711",
    "isrf explain run --user 4711 --top 3 --json",
    "isrf explain run --user 4711 --item 17 --generate --least-tokens 9",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: explainSettings,
  async run({ arguments: { run }, options }, context) {
    const { report, signal, isAscii } = context;
    const { item, generate, leastTokens, top, favourNew, ...asked } = options;
    refuseUnread(context, [{ flag: "--generate", isGiven: generate, options: ["item", "leastTokens"] }]);
    if (generate) refuseIdle(context, "--generate", ["top", "favourNew"]);
    const { explain, writeSentence } = await import("../../pipeline/explain/index.ts");
    if (generate) {
      if (item === undefined) throw new UsageError("--generate writes about one item: name it with --item ID.");
      const written = await writeSentence(run, exact({ ...asked, item, leastTokens, signal }));
      const nothing = `${written.system} wrote nothing: its sentence ended at once. --least-tokens 9 has it go on; longer training writes more.`;
      return { json: written, text: printable(written.sentence === "" ? nothing : written.sentence) };
    }
    const explanation = await explain(run, exact({ ...asked, top, favourNew, report, signal }));
    return { json: explanation, text: explanationText(explanation, isAscii) };
  },
});

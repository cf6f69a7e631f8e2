import { firstRunSettings } from "../../pipeline/first-run/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { lineOf, wordsOf } from "../command-line.ts";
import { firstRunText } from "../first-run-text.ts";

export const runCommand = defineCommand({
  path: ["run"],
  summary: "from a shop's files to a trained model, its measure and recommendations, in one go",
  description:
    "Imports the interactions and, where given, a catalogue; writes texts by rule, or by a language model (--llm); embeds them; trains with a preset and as many epochs as the data's size and --minutes allow; evaluates beside methods that need no training; explains five users' recommendations; and writes a report of one HTML file. How the files are read is said as in data import, with the same options.\n\n" +
    "--out holds everything. The same command again goes on where it stopped: what is whole and was made from the same files and options is not done again, and what has changed is named.",
  examples: [
    "isrf run purchases.csv --items catalogue.csv --out shop",
    "isrf run u.data --items u.item --users u.user --out movies --minutes 5",
    "isrf run purchases.csv --items catalogue.csv --out shop --llm ollama:deepseek-r1:14b",
  ],
  arguments: [
    {
      name: "files",
      description: "files of interactions, one a record, or the folder of a data set",
      required: false,
      variadic: true,
    },
  ],
  options: firstRunSettings,
  async run({ arguments: { files }, options }, { report, signal, given }) {
    const { firstRun } = await import("../../pipeline/first-run/index.ts");
    const commandLine = wordsOf({ path: ["run"], options: firstRunSettings }, files, options, given);
    const result = await firstRun(exact({ ...options, files, commandLine, report, signal }));
    const line = (words: readonly string[]) => lineOf(words, process.env);
    const next = result.next.map(({ words, what }) => ({ command: line(words), what }));
    return { json: { ...result, next }, text: firstRunText(result, line) };
  },
});

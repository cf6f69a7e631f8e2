import { z } from "zod";
import type { AddedToRun } from "../../pipeline/items/index.ts";
import { addItemsSettings, removeItemsSettings } from "../../pipeline/items/settings.ts";
import type { AddedItem } from "../../runs/added-items.ts";
import { defineCommand, exact } from "../command.ts";
import { printable } from "../text.ts";

const run = { name: "run", description: "run directory", required: true } as const;

export const itemsAddCommand = defineCommand({
  path: ["items", "add"],
  summary: "let a run answer about items that came after its training, without training",
  description:
    "Reads a catalogue of new items, writes their texts as the run's were made, and makes vectors of them in the run's space. recommend, similar, explain and export take them along; evaluate leaves them out. What a new item is worth is judged by its text and by what is known of items like it: nobody has taken it yet.\n\n" +
    "For runs of isrf (presets tiny and mini) and of other models that know items by their texts. Several calls add up. Texts of a language model are written by rules for new items, unless --llm names one. Train again (isrf data append, isrf train --from) when people have taken the new items.",
  examples: [
    "isrf items add run --items new.csv",
    "isrf items add run --items products.csv --skip-known --attributes colour",
  ],
  arguments: [run],
  options: addItemsSettings,
  async run({ arguments: { run }, options }, { report, signal }) {
    const { addItems } = await import("../../pipeline/items/index.ts");
    const result = await addItems(run, exact({ ...options, report, signal }));
    return { json: result, text: addedText(result) };
  },
});

export const itemsListCommand = defineCommand({
  path: ["items", "list"],
  summary: "list the items that were added to a run",
  description: "In the order in which they were added, with the texts that stand for them.",
  examples: ["isrf items list run"],
  arguments: [run],
  options: z.object({}),
  async run({ arguments: { run } }) {
    const { listAddedItems } = await import("../../pipeline/items/index.ts");
    const entries = await listAddedItems(run);
    return { json: entries, text: entries.length === 0 ? "No items were added." : entries.map(entryText).join("\n") };
  },
});

export const itemsRemoveCommand = defineCommand({
  path: ["items", "remove"],
  summary: "take added items out of a run again",
  description: "The items of its training stay; to leave some of them out of answers use --exclude or --available.",
  examples: ["isrf items remove run --item N001,N002", "isrf items remove run --all"],
  arguments: [run],
  options: removeItemsSettings,
  async run({ arguments: { run }, options }, { report }) {
    const { removeAddedItems } = await import("../../pipeline/items/index.ts");
    const result = await removeAddedItems(run, exact({ ...options, report }));
    return { json: result, text: `removed       ${result.removed}\nadded items   ${result.total}` };
  },
});

function addedText({ run, added, known, total, textsBy }: AddedToRun): string {
  const passed = known === 0 ? "" : `; ${known.toLocaleString("en")} were known already`;
  return [
    `added         ${added.length.toLocaleString("en")} items to ${printable(run)}${passed}`,
    `added items   ${total.toLocaleString("en")}`,
    `texts by      ${printable(textsBy)}`,
  ].join("\n");
}

function entryText({ item: { itemId, title }, text }: AddedItem): string {
  return `${printable(itemId)}  ${printable(title ?? itemId)}\n    ${printable(text)}`;
}

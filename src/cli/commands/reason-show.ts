import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { defineCommand } from "../command.ts";
import { shownChainText } from "../shown-chain-text.ts";

export const reasonShowCommand = defineCommand({
  path: ["reason", "show"],
  summary: "print one chain of questions and answers, step by step",
  description:
    "Prints how the texts about an item or a user came about (the paper's figures 6 and 7): every question in the words in which it was put, its answer, and the model, tokens and time that the journal recorded. Where a text was changed since, what stands there now and who changed it. Asks nothing.",
  examples: ["isrf reason show shop --item i12", "isrf reason show shop --user u7 --json"],
  arguments: [{ name: "dir", description: "dataset directory", required: true }],
  options: z.object({
    item: z.string().optional().describe("show the chain of this item").meta({ value: "ID", absent: "give --user" }),
    user: z.string().optional().describe("show the chain of this user").meta({ value: "ID", absent: "give --item" }),
  }),
  async run({ arguments: { dir }, options: { item, user } }, { report }) {
    const [{ openDataset }, { placeOfChain, showChain }] = await Promise.all([
      import("../../data/index.ts"),
      import("../../pipeline/reason/index.ts"),
    ]);
    const named = item !== undefined ? { item } : user !== undefined ? { user } : undefined;
    if (named === undefined || (item !== undefined && user !== undefined))
      throw new UsageError("reason show: expected either --item ID or --user ID.");
    const chain = await showChain(await placeOfChain(await openDataset(dir, report), named));
    return { json: chain, text: shownChainText(chain) };
  },
});

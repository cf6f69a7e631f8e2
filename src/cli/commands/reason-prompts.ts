import { z } from "zod";
import { defineCommand } from "../command.ts";

export const reasonPromptsCommand = defineCommand({
  path: ["reason-prompts"],
  summary: "print the prompts that reasoning uses",
  description:
    "Prints a prompt set as YAML. Save it, give it a version of its own, change it, and pass it to reason with --prompts: changed words make new questions, and old answers stay in the journal. A set with `together` asks by those words alone, all three texts in one call; take them out, or start from --set figures-6-7/3, to change the three questions.",
  examples: ["isrf reason-prompts", "isrf reason-prompts --set figures-6-7/3"],
  arguments: [],
  options: z.object({
    set: z
      .string()
      .optional()
      .describe("print this version of the prompts")
      .meta({ value: "NAME", absent: "those that models are asked with by default" }),
  }),
  async run({ options: { set } }) {
    const [{ BUILT_IN_PROMPTS, DEFAULT_PROMPTS }, { stringify }, { unknownName }] = await Promise.all([
      import("../../reasoning/index.ts"),
      import("yaml"),
      import("../../base/errors.ts"),
    ]);
    const prompts = set === undefined ? DEFAULT_PROMPTS : BUILT_IN_PROMPTS[set];
    if (prompts === undefined) throw unknownName("--set", set ?? "", Object.keys(BUILT_IN_PROMPTS));
    return { json: prompts, text: stringify(prompts).trimEnd() };
  },
});

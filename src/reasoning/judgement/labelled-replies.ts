// Replies of real models that were read and labelled by hand, to see how far a judge agrees with people. The products
// are of the public Amazon 2014 catalogue; no rule on replies was made from these.
import { readFile } from "node:fs/promises";
import { codeFile } from "../../base/product-files.ts";

export interface LabelledReply {
  /** What the writer was shown, its earlier answers included. */
  readonly data: string;
  readonly question: string;
  readonly reply: string;
  /** Plain, about this subject, of the step that was asked, and neither wrong nor empty. */
  readonly isUsable: boolean;
}

export async function readLabelledReplies(): Promise<readonly LabelledReply[]> {
  const text = await readFile(codeFile("reasoning/judgement/labelled-replies.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as LabelledReply);
}

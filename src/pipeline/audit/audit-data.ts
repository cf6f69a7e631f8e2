// `isrf data audit DIR`: what can leak from a dataset alone, and from the user texts that lie in it.
import { type Audit, type AuditCheck, auditDataset, openDataset } from "../../data/index.ts";
import { auditUserTexts } from "../../reasoning/index.ts";

export interface DataAudit extends Audit {
  readonly name: string;
  readonly hash: string;
}

/** @throws InputError for a directory that is no dataset, or damaged candidates or texts. */
export async function auditData(directory: string): Promise<DataAudit> {
  const dataset = await openDataset(directory);
  const { verdict, checks } = await auditDataset(dataset);
  const texts = await textCheck(directory, dataset);
  const all = texts === undefined ? checks : [...checks, texts];
  const worst = texts?.verdict === "fail" ? "fail" : verdict;
  return { name: dataset.manifest.name, hash: dataset.hash, verdict: worst, checks: all };
}

async function textCheck(
  directory: string,
  dataset: Parameters<typeof auditUserTexts>[1],
): Promise<AuditCheck | undefined> {
  const texts = await auditUserTexts(directory, dataset);
  if (texts === undefined) return undefined;
  const { users, clean, leaked } = texts;
  return {
    name: "user-texts",
    leak: "L5",
    verdict: leaked > 0 ? "fail" : "ok",
    finding: `${clean} of ${users} users have texts whose questions quote their training prefix alone; the journal holds answers about ${leaked} users to questions that quote a held-out item.`,
    numbers: { users, clean, leaked },
  };
}

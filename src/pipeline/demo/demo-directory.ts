// The directory of a demo: an earlier demo is replaced, anybody else's files are not.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { exists, readJson } from "../../base/files.ts";
import { type ChainPaths, Ledger } from "../chain/index.ts";

/** The record of a demo's stages, which marks its directory. */
export const DEMO = { file: "demo.json", kind: "demo" } as const;

/** Make room for a demo in `out`. @throws UsageError when files lie there that no demo wrote. */
export async function prepareDemoDirectory(out: string): Promise<ChainPaths> {
  const paths = { dataset: join(out, "shop"), run: join(out, "run"), report: join(out, "report.html") };
  if ((await exists(out)) && !(await isDemo(out)) && (await readdir(out)).length > 0) {
    throw new UsageError(`${out} has files that no demo wrote; name another --out.`);
  }
  await mkdir(out, { recursive: true });
  // First of all, so that a demo that was stopped can be replaced as well.
  await Ledger.begin(join(out, DEMO.file), DEMO.kind);
  for (const path of Object.values(paths)) await rm(path, { recursive: true, force: true });
  return paths;
}

async function isDemo(out: string): Promise<boolean> {
  const marker = join(out, DEMO.file);
  if (!(await exists(marker))) return false;
  return z.looseObject({ kind: z.literal(DEMO.kind) }).safeParse(await readJson(marker)).success;
}

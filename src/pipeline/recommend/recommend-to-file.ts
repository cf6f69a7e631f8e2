// Recommendations for many people in a file: resumable, with a steady memory.
import { rmdir } from "node:fs/promises";
import { extname, join } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { namingPlace } from "../../base/system-errors.ts";
import { parquetOfLines } from "../../data/index.ts";
import type { Staleness } from "../../runs/later-version.ts";
import { modelVersion } from "../../runs/model-version.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import { termNames } from "../../runs/without-terms.ts";
import { Parts, type Plan, partsFolder, type Tally } from "./parts.ts";
import { answerBlocks, openPanel, type Panel } from "./recommend-each.ts";
import type { Fallback, Recommendations } from "./recommendations.ts";
import { looksLikeFormula, PARQUET_COLUMNS, ROW_TEXTS } from "./row-formats.ts";
import { FILE_FORMATS, type FileFormat, recommendToFileSettings } from "./settings.ts";

export interface RecommendToFileOptions extends Given<typeof recommendToFileSettings> {
  readonly report?: Report | undefined;
  /** Stops between two blocks of users; what was written is kept beside `out` for the next time. */
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenAnswers {
  readonly out: string;
  readonly format: FileFormat;
  readonly users: number;
  readonly recommendations: number;
  /** Users whom the run does not know, by who answered. */
  readonly fallbacks: Readonly<Record<Fallback, number>>;
  /** Users with fewer recommendations than asked for, or none. */
  readonly short: number;
  /** Users who had been answered before a stop. */
  readonly resumedAt: number;
  readonly seconds: number;
  /** Present where the run was asked about a later version of its data. */
  readonly stale?: Staleness | undefined;
}

/** A part is kept before it grows longer. */
const PART_LETTERS = 16 << 20;

/**
 * Answer many users of a run into `out`. Killed at any moment, the same call goes on after the last part; the file
 * appears when it is whole.
 * @throws as `recommendEach`; UsageError where `out`, or the beginnings of other answers, are there already and
 *   `overwrite` is not set; InUseError while another process writes there.
 */
export function recommendToFile(run: string | OpenRun, options: RecommendToFileOptions): Promise<WrittenAnswers> {
  const settings = settingsOf("recommend", recommendToFileSettings, options);
  const { report = silent, signal } = options;
  const { out } = settings;
  const format = settings.format ?? formatOf(out);
  const words = `${out}: stopped; what was answered is kept in ${Parts.place(out)}. Run the same command again to go on.`;
  return stoppable(signal, words, () =>
    withRun(
      run,
      options,
      async (opened) => {
        const panel = await openPanel(opened, options);
        return inFolder(out, () => write(opened, panel, { ...settings, format, report, signal }));
      },
      { acceptsLater: true, addedItems: true },
    ),
  );
}

/** As settled: with every default. */
interface Settled extends Omit<z.output<typeof recommendToFileSettings>, "format"> {
  readonly format: FileFormat;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** Do `work` as the only writer into the folder of the parts; a folder that stays empty goes. */
async function inFolder<T>(out: string, work: () => Promise<T>): Promise<T> {
  const folder = await namingPlace(out, () => partsFolder(out));
  try {
    return await withLock(join(folder, ".lock"), { command: "isrf recommend" }, work);
  } finally {
    await rmdir(folder).catch(() => {});
  }
}

async function write(run: OpenRun, panel: Panel, options: Settled): Promise<WrittenAnswers> {
  const started = performance.now();
  const { out, format, overwrite, report, signal } = options;
  const parts = await Parts.open(out, await planOf(run, panel, options), overwrite);
  const resumedAt = parts.done;
  if (resumedAt > 0) report({ kind: "notice", message: `Going on after ${resumedAt} users, whose answers are kept.` });
  await writeParts(panel, parts, options);
  const { rows = 0, popularity = 0, itemKnn = 0, short = 0, formulas = 0 } = parts.tally;
  const { head } = ROW_TEXTS[format];
  if (format !== "parquet") await parts.joinTo(out, head);
  else await parts.joinTo(out, head, (joined, to) => parquetOfLines(to, PARQUET_COLUMNS, joined, signal));
  if (format === "csv" && formulas > 0) report({ kind: "warning", message: formulaWords(out, formulas) });
  if (short > 0) report({ kind: "warning", message: shortWords(short, options.top) });
  const seconds = (performance.now() - started) / 1000;
  const fallbacks = { popularity, "item-knn": itemKnn };
  const stale = run.later?.staleness;
  return {
    out,
    format,
    users: panel.people.length,
    recommendations: rows,
    fallbacks,
    short,
    resumedAt,
    seconds,
    stale,
  };
}

async function writeParts(
  panel: Panel,
  parts: Parts,
  { format, top, partSeconds, report, signal }: Settled,
): Promise<void> {
  let text: string[] = [];
  let letters = 0;
  let tally: Tally[] = [];
  let since = performance.now();
  let done = parts.done;
  const close = async (): Promise<void> => {
    if (done > parts.done) await parts.add(text.join(""), done, totals(tally));
    [text, letters, tally, since] = [[], 0, [], performance.now()];
  };
  try {
    for await (const block of answerBlocks(panel, done, { report, signal })) {
      for (const answer of block) {
        const lines = ROW_TEXTS[format].of(answer);
        text.push(lines);
        letters += lines.length;
        tally.push(tallyOf(answer, top));
      }
      done += block.length;
      if (performance.now() - since >= partSeconds * 1000 || letters >= PART_LETTERS) await close();
    }
  } finally {
    // Also when it is stopped: answers in hand are kept.
    await close();
  }
}

function tallyOf({ fallback, recommendations, user = "" }: Recommendations, top: number): Tally {
  const ids = [user, ...recommendations.map(({ item }) => item.itemId)];
  return {
    rows: recommendations.length,
    popularity: Number(fallback === "popularity"),
    itemKnn: Number(fallback === "item-knn"),
    short: Number(recommendations.length < top),
    formulas: ids.filter(looksLikeFormula).length,
  };
}

function totals(tallies: readonly Tally[]): Tally {
  const total: Record<string, number> = {};
  for (const tally of tallies)
    for (const [name, count] of Object.entries(tally)) total[name] = (total[name] ?? 0) + count;
  return total;
}

function formulaWords(out: string, count: number): string {
  return `${out}: ${count} ids begin with =, +, - or @, which a spreadsheet takes for a formula; they are written as they are. Import the columns as text, or use --format jsonl or parquet.`;
}

function shortWords(count: number, top: number): string {
  return `${count} users have fewer than ${top} recommendations: no more items may be answered to them.`;
}

function formatOf(out: string): FileFormat {
  const ending = extname(out).slice(1).toLowerCase();
  const format = FILE_FORMATS.find((each) => each === ending);
  if (format !== undefined) return format;
  throw new UsageError(`--out ${out}: its ending says no format; add --format ${FILE_FORMATS.join("|")}.`);
}

/** Whatever the answers depend on. */
async function planOf(
  run: OpenRun,
  { people, space, answers }: Panel,
  { task, top, candidates, without, format, device, model: by }: Settled,
): Promise<Plan> {
  const { model, options, seed } = run.config;
  return {
    version: productVersion(),
    run: sha256(
      JSON.stringify([model, options, seed, await modelVersion(run.directory), ...(by === undefined ? [] : [by])]),
    ),
    dataset: run.dataset.hash,
    added: run.added === undefined ? "none" : sha256(JSON.stringify(run.added.entries)),
    users: sha256(
      JSON.stringify(
        people.map(({ user, userIndex, history }) => (userIndex === undefined ? [user, ...history] : user)),
      ),
    ),
    filters: space.items === undefined ? "none" : hashOf(space.items),
    candidates: candidates === undefined ? "none" : sha256(JSON.stringify(candidates)),
    without: termNames(without).join(",") || "none",
    task,
    top,
    format,
    device: device ?? run.config.device,
    block: answers.block,
  };
}

function hashOf({ buffer, byteOffset, byteLength }: Int32Array): string {
  return sha256(new Uint8Array(buffer, byteOffset, byteLength));
}

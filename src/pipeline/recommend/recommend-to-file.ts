// Recommendations for many people in a file: resumable, with a steady memory, by this process or by many.
import { stoppable } from "../../base/stopping.ts";
import { writtenTo } from "../../objects/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import { inPartsFolder, Parts, type Tally } from "./parts.ts";
import { planOf } from "./plan.ts";
import { answerBlocks, openPanel, type Panel } from "./recommend-each.ts";
import { ROW_TEXTS } from "./row-formats.ts";
import { type RecommendToFileOptions, type Settled, settle } from "./settled.ts";
import { isShared, shareOut } from "./shared/share-out.ts";
import { tallyOf, totals } from "./tally.ts";
import { finish, type WrittenAnswers } from "./written-answers.ts";

/** A part is kept before it grows longer. */
const PART_LETTERS = 16 << 20;

/**
 * Answer many users of a run into `out`, by this process, or by workers on this machine (`workers`) or anywhere
 * (`queue`): the same file. Killed at any moment, the same call goes on after the last part; the file appears when it
 * is whole, and an object (`s3://bucket/key`) is put then.
 * @throws as `recommendEach`; UsageError where `out`, or the beginnings of other answers, are there already and
 *   `overwrite` is not set; InUseError while another process writes there; OperationError where workers could not do
 *   all of it.
 */
export async function recommendToFile(run: string | OpenRun, options: RecommendToFileOptions): Promise<WrittenAnswers> {
  const { out, format, overwrite, report } = settle(options);
  return writtenTo(out, { overwrite, report }, async (path) => {
    return { ...(await answerInto(run, { ...options, out: path, format })), out };
  });
}

function answerInto(run: string | OpenRun, options: RecommendToFileOptions): Promise<WrittenAnswers> {
  const settled = settle(options);
  const { out, signal } = settled;
  const words = `${out}: stopped; what was answered is kept in ${Parts.place(out)}. Run the same command again to go on.`;
  return stoppable(signal, words, async () => {
    if (await isShared(settled)) return shareOut(run, settled);
    return withRun(
      run,
      options,
      async (opened) => {
        const panel = await openPanel(opened, options);
        return inPartsFolder(out, () => write(opened, panel, settled));
      },
      { acceptsLater: true, addedItems: true },
    );
  });
}

async function write(run: OpenRun, panel: Panel, options: Settled): Promise<WrittenAnswers> {
  const started = performance.now();
  const { out, overwrite, report } = options;
  const parts = await Parts.open(out, await planOf(run, panel, options), overwrite);
  const resumedAt = parts.done;
  if (resumedAt > 0) report({ kind: "notice", message: `Going on after ${resumedAt} users, whose answers are kept.` });
  await writeParts(panel, parts, options);
  return finish(parts, { ...options, resumedAt, started, stale: run.later?.staleness });
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

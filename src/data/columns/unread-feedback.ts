// Columns that nobody takes for feedback, and whose cells say that a row is no liking: the status of a cancelled order,
// a 0 for "not clicked". Their rows count, and that is told.
import { saysNoLiking, VERDICTS, verdictWord } from "../values/feedback-words.ts";
import { type Choosing, quoted } from "./chosen.ts";
import type { ColumnProfile } from "./column-profile.ts";
import { partsOf } from "./name-parts.ts";

/** More values are no kinds. */
const MOST_VALUES = 60;

/** A column of yes and no called so says whether somebody liked, or took back, what the row names. */
const LIKED = /^(click|clicked|purchase|purchased|bought|buy|convert|converted|conversion|label)$/;
const TAKEN_BACK =
  /^(return|returned|cancel|canceled|cancelled|refund|refunded|void|voided|storno|storniert|retourniert|annule|cancelado)$/;
const AUXILIARIES = new Set(["is", "was", "has"]);
/** Someone who comes back, and the way back. */
const OTHER_RETURNS = /trip|journey|travel|visit|customer|user/i;
/** A moment of such a kind: where the cell holds one, the order came to nothing. */
const ENDED = /^(cancel|canceled|cancelled|cancellation|refund|refunded|void|voided|storno|annulation)$/;

export interface CellCount {
  readonly text: string;
  readonly rows: number;
}

interface Told {
  readonly name: string;
  readonly what: string;
  readonly cure: string;
}

/** One sentence a column. */
export async function unreadFeedback(choosing: Choosing): Promise<readonly string[]> {
  const free = choosing.free().filter(({ filled }) => filled > 0);
  const few = free.filter((profile) => mayBeKinds(profile) || mayBeAnswers(profile));
  const counts = await choosing.view.counts(few.map(({ name }) => name));
  const said = few.map(({ name }) => {
    const cells = counts.get(name) ?? [];
    return answerWords(name, cells) ?? kindWords(name, cells, choosing);
  });
  const all = [...said, ...free.filter(isEnd).map(endWords)].filter((words) => words !== undefined);
  return all.map(({ name, what, cure }) => {
    const where = choosing.view.source.name;
    return `${where}: "${name}" ${what}: those rows count as likings. ${cure}; --ignore ${quoted(name)} if it means something else.`;
  });
}

function mayBeKinds({ distinct, filled, numbers }: ColumnProfile): boolean {
  return distinct <= MOST_VALUES && numbers < filled;
}

function mayBeAnswers({ name, distinct }: ColumnProfile): boolean {
  return distinct >= 2 && distinct <= 4 && (isCalled(name, LIKED) || isCalled(name, TAKEN_BACK));
}

/** Whether the name is one of `words`, but for `is` and the like before it. */
function isCalled(name: string, words: RegExp): boolean {
  const said = partsOf(name).filter(({ text }) => !AUXILIARIES.has(text));
  return said.length === 1 && words.test(said[0]!.text);
}

function answerWords(name: string, cells: readonly CellCount[]): Told | undefined {
  const answers = cells.map((cell) => ({ ...cell, verdict: verdictOf(cell.text) }));
  if (new Set(answers.map(({ verdict }) => verdict)).size !== 2 || answers.some(({ verdict }) => verdict === 0)) {
    return undefined;
  }
  if (isCalled(name, LIKED)) {
    const no = answers.filter(({ verdict }) => verdict < 0);
    return { name, what: `says ${listOf(no)}`, cure: `--rating ${quoted(name)} leaves them out` };
  }
  if (!isCalled(name, TAKEN_BACK)) return undefined;
  const yes = answers.filter(({ verdict }) => verdict > 0);
  const kept = answers.filter(({ verdict }) => verdict < 0).map(({ text }) => text);
  const cure = `--event ${quoted(name)} --events ${kept.join(",")} leaves them out`;
  return { name, what: `says ${listOf(yes)}`, cure };
}

/** 1 for yes, -1 for no, 0 for anything else. */
function verdictOf(text: string): number {
  if (/^[01](\.0+)?$/.test(text)) return text.startsWith("1") ? 1 : -1;
  return VERDICTS.get(verdictWord(text)) ?? 0;
}

function kindWords(name: string, cells: readonly CellCount[], choosing: Choosing): Told | undefined {
  const isOther = OTHER_RETURNS.test(name);
  const found = cells.filter(({ text }) => saysNoLiking(text) && !(isOther && /^return/i.test(text)));
  if (found.length === 0) return undefined;
  const cure = choosing.column("event") === undefined ? `--event ${quoted(name)} reads it` : LEAVE_OUT;
  return { name, what: `says ${listOf(found)}`, cure };
}

const LEAVE_OUT = "Leave them out of the file";

/** `Cancelled at`. */
function isEnd({ name, dates, filled }: ColumnProfile): boolean {
  const parts = partsOf(name);
  return dates >= 0.8 * filled && parts.length > 1 && parts.some(({ text }) => ENDED.test(text));
}

function endWords({ name, filled }: ColumnProfile): Told {
  return { name, what: `holds a time in ${filled} rows`, cure: LEAVE_OUT };
}

/** `cancelled (12), refunded (12)`. */
function listOf(cells: readonly CellCount[]): string {
  return cells
    .slice(0, 6)
    .map(({ text, rows }) => `${text} (${rows})`)
    .join(", ");
}

// Which column says who: one that most records fill, and that does not change from record to record.

import { headerWords, nameList } from "../sources/table-source.ts";
import { type Candidate, idCandidates, TIE } from "./candidates.ts";
import type { Choosing } from "./chosen.ts";
import type { ColumnProfile } from "./column-profile.ts";
import { partsOf } from "./name-parts.ts";

/** Below this share of filled records, another column that may be meant is asked for. */
const MOSTLY_FILLED = 0.5;

export async function chooseUser(choosing: Choosing): Promise<void> {
  if (choosing.isSettled("user")) return;
  const likely = await idCandidates("user", choosing.view, choosing.free());
  const empty = likely.filter(({ profile }) => profile.filled === 0);
  const [best, ...others] = likely.length > empty.length ? likely.filter((one) => !empty.includes(one)) : likely;
  if (best === undefined) return orByCells(choosing);
  const rival = others.find(({ score }) => best.score - score < TIE);
  if (rival !== undefined && !(await choosing.view.sayTheSame(best.name, rival.name))) {
    const found = `two columns that may be the user, ${best.name} and ${rival.name}`;
    return choosing.doubt("user", found, [best.name, rival.name]);
  }
  const fuller = others.find((other) => isSparse(best.profile) && !isSparse(other.profile));
  if (fuller !== undefined) return sparse(choosing, best, fuller);
  choosing.take("user", best);
  const named = empty[0];
  if (named !== undefined && named !== best && named.named > best.named) {
    const words = `no record fills ${named.name}; ${best.name} is taken for the user. Name another with --user.`;
    choosing.warnings.push(`${choosing.view.source.name}: ${words}`);
  }
}

function isSparse({ rows, filled }: ColumnProfile): boolean {
  return filled < MOSTLY_FILLED * rows;
}

function sparse(choosing: Choosing, best: Candidate, fuller: Candidate): Promise<void> {
  const { rows, filled } = best.profile;
  const found = `a user in ${filled} of ${rows} records only (${best.name}), and ${fuller.name} in ${fuller.profile.filled}`;
  return choosing.doubt("user", found, [best.name, fuller.name]);
}

/** A column of mail addresses under any name; else those that a person may mean are asked for. */
async function orByCells(choosing: Choosing): Promise<void> {
  const free = choosing.free();
  const mail = free.find(({ filled, emails }) => filled > 0 && emails > 0.9 * filled);
  if (mail !== undefined) choosing.take("user", { name: mail.name, named: 0, score: 0.5, profile: mail }, "cells");
  else await perhaps(choosing, "user");
}

/** Few enough to choose among. */
const MOST_CHOICES = 4;
const ENOUGH_ROWS = 10;

/**
 * Columns whose names say nothing that is known, and whose values come back, may be ids of people or items: a doubt
 * names them.
 */
export async function perhaps(choosing: Choosing, meaning: "user" | "item"): Promise<void> {
  const maybe = choosing
    .free()
    .filter((profile) => isNameless(profile.name) && mayBeId(profile))
    .map(({ name }) => name);
  if (maybe.length === 0 || maybe.length > MOST_CHOICES) return;
  const known = nameList(choosing.view.source.columns);
  await choosing.doubt(
    meaning,
    `none of the columns ${known} recognised as the ${meaning} id${headerWords(choosing.view.source)}`,
    maybe,
  );
}

function isNameless(name: string): boolean {
  return partsOf(name).every(({ kinds }) => kinds.size === 0 || kinds.has("filler"));
}

function mayBeId({ rows, filled, distinct, dates, clocks, numbers, whole }: ColumnProfile): boolean {
  const comesBack = distinct > 2 && distinct < 0.75 * filled;
  return rows >= ENOUGH_ROWS && comesBack && dates + clocks < 0.1 * filled && numbers - whole < 0.05 * filled;
}

// Which column says when. A day and a time of day in two columns are one moment.
import { candidates, TIE } from "./candidates.ts";
import { isClock, isDate, mayEndInYear } from "./cell-evidence.ts";
import type { Choosing } from "./chosen.ts";
import type { ColumnProfile } from "./column-profile.ts";
import { partsOf } from "./name-parts.ts";

/** How many texts without a colon must read as HHMM or HHMMSS. */
const MOST = 0.98;

export async function chooseTime(choosing: Choosing): Promise<void> {
  if (!choosing.isSettled("timestamp")) chooseMoment(choosing);
  const when = choosing.column("timestamp");
  if (when !== undefined) await chooseTimeOfDay(choosing, choosing.view.profile(when));
}

function chooseMoment(choosing: Choosing): void {
  const likely = candidates("timestamp", choosing.free());
  const best = likely[0];
  if (best === undefined) {
    byCells(choosing);
    return;
  }
  // Among equals the finer one tells more of the order.
  const equals = likely.filter(({ score }) => best.score - score < TIE / 2);
  const finest = equals.reduce((a, b) => (b.profile.distinct > 1.2 * a.profile.distinct ? b : a));
  choosing.take("timestamp", finest, finest === best ? "name" : "cells");
  if (equals.length > 1) {
    const names = equals.map(({ name }) => name).join(" and ");
    const warning = `${names} may both be the time; ${finest.name} is taken. Name another with --timestamp.`;
    choosing.warnings.push(`${choosing.view.source.name}: ${warning}`);
  }
}

/** The only column of dates, whatever an unknown name calls it. */
function byCells(choosing: Choosing): void {
  const dated = choosing.free().filter((profile) => isDates(profile) && isNameless(profile.name));
  const [only, ...others] = dated;
  if (only === undefined || others.length > 0) return;
  choosing.take("timestamp", { name: only.name, named: 0, score: 0.5, profile: only }, "cells");
}

function isDates({ filled, dates }: ColumnProfile): boolean {
  return filled > 0 && dates >= 0.95 * filled;
}

function isNameless(name: string): boolean {
  return partsOf(name).every(({ kinds }) => kinds.size === 0 || kinds.has("filler"));
}

async function chooseTimeOfDay(choosing: Choosing, day: ColumnProfile): Promise<void> {
  const isDay = isDate(day) || (mayEndInYear(day) && (await choosing.view.areDayDigits(day.name)));
  // A time of day at midnight in every row is that of a day without one.
  if (!isDay || (day.colons > 0 && (await choosing.view.hasTimeOfDay(day.name)))) return;
  const clocks = candidates("timeOfDay", choosing.free()).filter(
    ({ score, profile }) => score >= 0.6 && isClock(profile),
  );
  for (const clock of clocks) {
    const { filled, clocks: plain } = clock.profile;
    const read = plain >= MOST * filled ? filled : plain + (await choosing.view.bareClocks(clock.name));
    if (read >= MOST * filled) return choosing.take("timeOfDay", clock);
  }
}

// What the cells of a column make of the meaning that its name suggests: a factor on the score of the name.
import type { ColumnProfile } from "./column-profile.ts";
import type { Meaning } from "./meanings.ts";

/** So many rows tell a habit from an accident. */
const ENOUGH_ROWS = 10;
/** A name that says plainly whose id a column holds. */
const SURE = 0.95;
const FEW_EVENTS = 60;

type Evidence = (profile: ColumnProfile, nameScore: number) => number;

const EVIDENCE: Partial<Record<Meaning, Evidence>> = {
  user: idEvidence,
  item: idEvidence,
  timestamp: timeEvidence,
  rating: (profile, name) => {
    if (isMostly(profile, profile.numbers + profile.commas, 0.5)) return 1;
    return name >= 0.9 && !isDated(profile) ? 0.9 : 0.3;
  },
  event: (profile) => {
    if (isDated(profile)) return 0.1;
    return profile.distinct <= FEW_EVENTS ? 1 : 0.2;
  },
  quantity: (profile) => (isMostly(profile, profile.numbers + profile.commas, 0.8) ? 1 : 0.2),
  title: textEvidence,
  brand: textEvidence,
  // What all items have in common sets none apart: a weak name needs better.
  categories: (profile, name) => (name < 0.6 && profile.distinct <= 1 ? 0.5 : 1) * textEvidence(profile),
  mainCategory: textEvidence,
  description: textEvidence,
  price: (profile) => (isDated(profile) ? 0.1 : 1),
};

export function cellFactor(meaning: Meaning, profile: ColumnProfile, nameScore: number): number {
  return EVIDENCE[meaning]?.(profile, nameScore) ?? 1;
}

/** An id that no two interactions share numbers the records: it says nothing of people and items. */
export function uniqueFactor(meaning: "user" | "item", nameScore: number): number {
  if (meaning === "user") return 0.4;
  return nameScore < 0.5 ? 0 : 0.65;
}

/** Whether it is worth while to count exactly. */
export function maybeUnique({ rows, filled, distinct }: ColumnProfile): boolean {
  return rows >= ENOUGH_ROWS && filled > 0 && distinct >= 0.75 * filled;
}

export function isDated(profile: ColumnProfile): boolean {
  return isMostly(profile, profile.dates, 0.8) || isMostly(profile, profile.clocks, 0.8);
}

/** Texts of the time of day: 14:05, or 1405 as a number that is below 2400. */
export function isClock(profile: ColumnProfile): boolean {
  if (isMostly(profile, profile.clocks, 0.8)) return true;
  const { whole, filled, least = -1, greatest = Number.POSITIVE_INFINITY } = profile;
  return filled > 0 && whole === filled && least >= 0 && greatest < 240_000 && profile.distinct > 1;
}

export function isDate(profile: ColumnProfile): boolean {
  return isMostly(profile, profile.dates, 0.8) || isDayNumber(profile);
}

/** Numbers between 1011900 and 31122100, of which 31052024 is a day. */
export function mayEndInYear({ filled, whole, least = 0, greatest = 0 }: ColumnProfile): boolean {
  return filled > 0 && whole === filled && least >= 1_011_900 && greatest <= 31_122_100;
}

/** 20240531. */
function isDayNumber({ filled, whole, least = 0, greatest = 0 }: ColumnProfile): boolean {
  return filled > 0 && whole === filled && least >= 19_000_101 && greatest <= 21_001_231;
}

function idEvidence(profile: ColumnProfile, nameScore: number): number {
  const { rows, filled, numbers, whole, distinct } = profile;
  if (filled === 0) return 0.5;
  if (isDated(profile)) return 0.1;
  // Some ids are written as one: 1234567890.1700000000, of visitors of GA4.
  if (numbers - whole > 0.2 * filled) return nameScore >= SURE ? 0.6 : 0.2;
  return rows >= ENOUGH_ROWS && distinct === 1 ? 0.5 : 1;
}

function timeEvidence(profile: ColumnProfile): number {
  const { filled, numbers, greatest = 0 } = profile;
  if (filled === 0) return 0.5;
  // 05.04.20 may be either; a column of days has more than a day's hours, or its name says so.
  if (isMostly(profile, profile.dates, 0.5)) return 1.05;
  if (isMostly(profile, profile.clocks, 0.8)) return 0.1;
  if (!isMostly(profile, numbers, 0.5)) return 0.4;
  return greatest > 10_000 ? 1 : 0.85;
}

function textEvidence(profile: ColumnProfile): number {
  if (profile.filled === 0) return 0.5;
  if (isDated(profile)) return 0.1;
  return isMostly(profile, profile.numbers, 0.8) ? 0.5 : 1;
}

function isMostly({ filled }: ColumnProfile, count: number, share: number): boolean {
  return filled > 0 && count >= share * filled;
}

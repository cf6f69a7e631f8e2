// Figures as they are written everywhere.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const count = (value: number): string => whole.format(value);
export const price = (value: number): string => money.format(value);

/** "1 item", "1,204 items". */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** With a true minus sign, so that columns of both signs stand in line. */
export function signed(value: number, digits = 2): string {
  const words = Math.abs(value).toFixed(digits);
  if (Number(words) === 0) return (0).toFixed(digits);
  return value < 0 ? `\u2212${words}` : `+${words}`;
}

export function plain(value: number, digits = 2): string {
  const words = Math.abs(value).toFixed(digits);
  return value < 0 && Number(words) !== 0 ? `\u2212${words}` : words;
}

/** 0.1234 as "12.3 %"; narrower than a tenth of a percent where it is small. */
export function percent(share: number): string {
  const hundred = share * 100;
  const digits = Math.abs(hundred) < 1 ? 2 : Math.abs(hundred) < 20 ? 1 : 0;
  return `${hundred.toFixed(digits)}\u202f%`;
}

const day = new Intl.DateTimeFormat("en", { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" });
const minute = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export const onDay = (iso: string): string => day.format(new Date(iso));
export const atTime = (iso: string): string => minute.format(new Date(iso));

// Signed amounts as bars of one scale: full blocks to the eighth for what speaks for something, shade for what speaks
// against it; in ASCII # and -.

const CELLS = 14;
const EIGHTHS = ["", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"];
const [FULL, SHADE] = ["\u2588", "\u2591"];

/** `amount` as a bar of `CELLS` characters, where `most` fills it. What rounds to nothing is left blank. */
export function bar(amount: number, most: number, isAscii: boolean): string {
  const eighths = most === 0 ? 0 : Math.round((Math.abs(amount) / most) * CELLS * 8);
  const cells = Math.round(eighths / 8);
  if (amount < 0) return (isAscii ? "-" : SHADE).repeat(cells).padEnd(CELLS);
  if (isAscii) return "#".repeat(cells).padEnd(CELLS);
  return (FULL.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!).padEnd(CELLS);
}

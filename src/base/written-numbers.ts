// Numbers as sentences and tables write them. Records and results keep the full value beside the words.

/** `0.2083` as `20.83 %`. */
export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A metric, a loss, a cosine: with as many digits on every page. */
export function decimals(value: number, digits = 4): string {
  return value.toFixed(digits);
}

/** `+1.25`, `-0.50`; what rounds to 0 has no sign. */
export function signed(amount: number): string {
  const text = amount.toFixed(2);
  if (Number(text) === 0) return "0.00";
  return amount > 0 ? `+${text}` : text;
}

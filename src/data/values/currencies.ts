// Marks of currencies as price cells carry them, by the name that messages use.

/** Decimals a price can have: none for yen and won, three for dinars. Others have two. */
const WITHOUT_DECIMALS = new Set(["JPY", "KRW", "VND", "IDR", "CLP", "HUF"]);
const WITH_THREE_DECIMALS = new Set(["KWD", "BHD", "OMR", "TND", "JOD", "IQD"]);

/** Longer marks first: `R$` holds `$`, `Rs` begins like `R`. */
const MARKS: readonly (readonly [currency: string, marks: readonly string[]])[] = [
  ["BRL", ["R$", "BRL"]],
  ["USD", ["US$", "USD"]],
  ["CAD", ["C$", "CA$", "CAD"]],
  ["AUD", ["A$", "AU$", "AUD"]],
  ["NZD", ["NZ$", "NZD"]],
  ["SGD", ["S$", "SGD"]],
  ["HKD", ["HK$", "HKD"]],
  ["MXN", ["MX$", "MXN"]],
  ["EUR", ["€", "EUR", "Euros", "Euro"]],
  ["GBP", ["£", "GBP"]],
  ["JPY", ["¥", "￥", "JPY", "円"]],
  ["CNY", ["CNY", "RMB", "元"]],
  ["INR", ["₹", "INR", "Rs"]],
  ["RUB", ["₽", "RUB", "руб"]],
  ["KRW", ["₩", "KRW", "원"]],
  ["TRY", ["₺", "TRY", "TL"]],
  ["VND", ["₫", "VND"]],
  ["THB", ["฿", "THB"]],
  ["UAH", ["₴", "UAH", "грн"]],
  ["ILS", ["₪", "ILS"]],
  ["PHP", ["₱", "PHP"]],
  ["CHF", ["CHF", "SFr", "Fr"]],
  ["PLN", ["PLN", "zł"]],
  ["CZK", ["CZK", "Kč"]],
  ["HUF", ["HUF", "Ft"]],
  ["RON", ["RON", "lei"]],
  ["SEK", ["SEK"]],
  ["NOK", ["NOK"]],
  ["DKK", ["DKK"]],
  ["kr", ["kr"]],
  ["IDR", ["IDR", "Rp"]],
  ["MYR", ["MYR", "RM"]],
  ["ZAR", ["ZAR"]],
  ["CLP", ["CLP"]],
  ["KWD", ["KWD"]],
  ["BHD", ["BHD"]],
  ["OMR", ["OMR"]],
  ["TND", ["TND"]],
  ["JOD", ["JOD"]],
  ["IQD", ["IQD"]],
  ["USD", ["$"]],
];

const BY_MARK = new Map(
  MARKS.flatMap(([currency, marks]) => marks.map((mark) => [mark.toLowerCase(), currency] as const)),
);

/** A mark of letters stands alone: `Fr` is no part of `from`, `kr` none of `Kraft`. */
const PATTERN = new RegExp(
  MARKS.flatMap(([, marks]) => marks)
    .sort((a, b) => b.length - a.length)
    .map((mark) => {
      const escaped = mark.replace(/[$]/g, "\\$");
      return /^\p{L}+$/u.test(mark) && /[a-z]/i.test(mark) ? `(?<!\\p{L})${escaped}(?!\\p{L})` : escaped;
    })
    .join("|"),
  "giu",
);

/** Where currency marks stand in `text`, and which they are. */
export function currencyMarks(text: string): readonly { currency: string; start: number; end: number }[] {
  return [...text.matchAll(PATTERN)].map((match) => ({
    currency: BY_MARK.get(match[0].toLowerCase())!,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** How many digits a price in `currency` has after its decimal mark. */
export function decimalsOf(currency: string): 0 | 2 | 3 {
  return WITHOUT_DECIMALS.has(currency) ? 0 : WITH_THREE_DECIMALS.has(currency) ? 3 : 2;
}

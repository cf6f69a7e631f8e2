import { describe, expect, it } from "vitest";
import fc from "../../../test/support/fc.ts";
import { understandPrices } from "./prices.ts";

const read = (cells: readonly unknown[], decimal?: "." | ",") => {
  const reading = understandPrices(cells, decimal);
  return cells.map(reading.read);
};

describe("a whole column", () => {
  it.each<[string, unknown[], (number | undefined)[]]>([
    ["numbers", [12.5, 0.99, 7], [12.5, 0.99, 7]],
    ["texts of numbers", ["12.5", "0.99", "1e2"], [12.5, 0.99, 100]],
    ["English thousands", ["1,014.50", "7.50", "1,299"], [1014.5, 7.5, 1299]],
    ["German thousands", ["1.014,50", "7,50 EUR", "1.299"], [1014.5, 7.5, 1299]],
    ["Swiss thousands", ["1'014.50", "1’299.-", "5.--"], [1014.5, 1299, 5]],
    ["French thousands", ["1 014,50 €", "1\u202f299,00 €", "1\u00a0299 €"], [1014.5, 1299, 1299]],
    ["Indian lakhs", ["Rs. 1,29,900.00", "Rs. 1,299", "₹ 99"], [129900, 1299, 99]],
    ["millions", ["1.234.567 Ft", "1.234"], [1234567, 1234]],
    ["ranges", ["$1,299.00 - $1,499.00", "10 - 20 EUR", "from 5 to 7"], [1299, 10, 5]],
    ["words around", ["ab 12,90 €", "2 x 5,00 EUR", "EUR 3", "kr 49,-"], [12.9, 5, 3, 49]],
    ["euros with one mark and three digits", ["1.234 €", "999 €"], [1234, 999]],
    ["yen", ["¥1,234", "¥980"], [1234, 980]],
    ["a leading zero", ["0.750", "1.234"], [0.75, 1.234]],
    ["no whole part", [".99", "1.50"], [0.99, 1.5]],
    ["negatives and words", ["-4", "-$4.00", "free", "", null, true], Array(6).fill(undefined)],
    ["no written number", ["1.2.3", "12.34.56"], [undefined, undefined]],
  ])("of %s", (_, cells, expected) => {
    expect(read(cells)).toEqual(expected);
  });

  it("leaves out what can be read in two ways, and names the option", () => {
    const reading = understandPrices(["1.234", "2.500", "890"]);
    expect(["1.234", "2.500", "890"].map(reading.read)).toEqual([undefined, undefined, 890]);
    expect(reading.warnings).toEqual([
      '2 prices such as "1.234" can be read in two ways, as thousands or as decimals, and are left out; --decimal . or --decimal , decides',
    ]);
    expect(read(["1.234", "2.500", "890"], ",")).toEqual([1234, 2500, 890]);
    expect(read(["1.234", "2.500", "890"], ".")).toEqual([1.234, 2.5, 890]);
  });

  it("reads each plain cell of a mixed column, and leaves the others out", () => {
    const { warnings } = understandPrices(["7,50", "7.50", "1.234"]);
    expect(read(["7,50", "7.50", "1.234"])).toEqual([7.5, 7.5, undefined]);
    expect(warnings[0]).toBe('some prices have a decimal comma ("7,50"), some a decimal point ("7.50")');
  });

  it("tells of currencies, zeros, negative, unread and absurd prices", () => {
    const cells = ["$5.00", "€6.00", "0", "-3", "call us", 999999, 7, 8, 9];
    expect(understandPrices(cells).warnings).toEqual([
      '1 price below 0, left out, first "-3"',
      '1 price of 0, first "0"',
      '1 price not read as a number, left out, first "call us"',
      "1 price more than 1000 times the median, first 999999",
      "prices in 2 currencies (USD 1, EUR 1) are kept as they are, without conversion",
    ]);
  });
});

it("never reads a written price as another one", () => {
  const styles = [
    { thousands: ",", decimal: "." },
    { thousands: ".", decimal: "," },
    { thousands: " ", decimal: "," },
    { thousands: "'", decimal: "." },
    { thousands: "\u202f", decimal: "," },
    { thousands: "", decimal: "." },
    { thousands: "", decimal: "," },
  ];
  const marks = ["", "$", "€ ", "EUR ", "Rs. ", "CHF ", "R$ "];
  const ends = ["", " EUR", " zł", " kr", " / Stück"];
  fc.assert(
    fc.property(
      fc.constantFrom(...styles),
      fc.constantFrom(...marks),
      fc.constantFrom(...ends),
      fc.array(fc.record({ cents: fc.integer({ min: 0, max: 500_000_000 }), isWhole: fc.boolean() }), { minLength: 1 }),
      ({ thousands, decimal }, before, after, prices) => {
        const values = prices.map(({ cents, isWhole }) => (isWhole ? Math.floor(cents / 100) : cents / 100));
        const cells = values.map((value, k) => {
          const [whole, rest] = value.toFixed(2).split(".") as [string, string];
          const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
          return `${before}${grouped}${prices[k]!.isWhole ? "" : `${decimal}${rest}`}${after}`;
        });
        read(cells).forEach((value, k) => {
          if (value !== undefined) expect(value).toBe(values[k]);
        });
        // One cell with cents tells how the whole column is written.
        if (prices.some(({ isWhole }) => !isWhole)) expect(read(cells)).toEqual(values);
      },
    ),
  );
});

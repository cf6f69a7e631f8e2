import { expect, it } from "vitest";
import fc from "../../../test/support/fc.ts";
import { understandCategories } from "./categories.ts";

const read = (cells: readonly unknown[], options = {}) => {
  const reading = understandCategories(cells, options);
  return cells.map(reading.read);
};

it.each<[string, unknown[], string[][]]>([
  ["lists", [["A", "B"], [], null], [["A", "B"], [], []]],
  ["lists of paths", [[["A", "B"], ["C"]]], [["A", "B"]]],
  [
    "objects",
    [
      [
        { id: 1, name: "A" },
        { id: 2, name: "B" },
      ],
    ],
    [["A", "B"]],
  ],
  ["paths", ["Home > Kitchen > Pans", "Home"], [["Home", "Kitchen", "Pans"], ["Home"]]],
  ["escaped paths", ["Home &gt; Pots &amp; Pans"], [["Home", "Pots & Pans"]]],
  ["pipes", ["Drama|Crime", "Sci-Fi"], [["Drama", "Crime"], ["Sci-Fi"]]],
  ["semicolons", ["Drama; Crime", "Crime"], [["Drama", "Crime"], ["Crime"]]],
  ["JSON lists", ['["Games","Men\'s"]', "[]"], [["Games", "Men's"], []]],
  ["Python lists", ["['Video Games', \"Men's\"]"], [["Video Games", "Men's"]]],
  ["Python objects", ["[{'id': 16, 'name': 'Animation'}, {'id': 35, 'name': 'Comedy'}]"], [["Animation", "Comedy"]]],
  ["quoted lists", ["'Beauty', 'Hair'"], [["Beauty", "Hair"]]],
  ["PostgreSQL lists", ['{Drama,"Film Noir"}'], [["Drama", "Film Noir"]]],
  [
    "commas between categories that recur",
    ["Drama, Crime", "Crime, War", "War"],
    [["Drama", "Crime"], ["Crime", "War"], ["War"]],
  ],
  [
    "commas inside names",
    ["Home, Garden", "Toys, Games", "Home, Garden"],
    [["Home, Garden"], ["Toys, Games"], ["Home, Garden"]],
  ],
  ["commas beside pipes", ["Home, Garden|Toys", "Toys"], [["Home, Garden", "Toys"], ["Toys"]]],
  [
    "commas inside the names of paths",
    ["Home, Garden > Pots", "Toys > Cars"],
    [
      ["Home, Garden", "Pots"],
      ["Toys", "Cars"],
    ],
  ],
  [
    "commas between paths",
    ["Wear > Hoods, Wear > Shirts", "Wear > Socks", "Wear"],
    [["Wear", "Hoods", "Shirts"], ["Wear", "Socks"], ["Wear"]],
  ],
  [
    "slashes between levels",
    ["Men/Shoes", "Men/Shirts"],
    [
      ["Men", "Shoes"],
      ["Men", "Shirts"],
    ],
  ],
  ["slashes inside names", ["Bed/Bath", "Toys"], [["Bed/Bath"], ["Toys"]]],
  ["blanks inside names", ["Film Noir", "Drama"], [["Film Noir"], ["Drama"]]],
  ["nothing", ["", "Unknown", null], [[], [], []]],
])("reads %s", (_, cells, expected) => {
  expect(read(cells)).toEqual(expected);
});

it("divides at blanks where the file declares lists, and at the mark of the option", () => {
  expect(read(["Drama War"], { isBlankList: true })).toEqual([["Drama", "War"]]);
  expect(read(["Home, Garden"], { separator: "," })).toEqual([["Home", "Garden"]]);
  expect(understandCategories(["a|b"]).words).toBe('divided at "|"');
});

it("returns the categories that were written with one mark", () => {
  const name = fc.constantFrom("Tea", "Mugs", "Home & Garden", "Pots, Pans", "Bed/Bath", "Sci-Fi", "Men's Shoes");
  fc.assert(
    fc.property(
      fc.constantFrom(" > ", "|", "; ", " › "),
      fc.array(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), { minLength: 2 }),
      (mark, lists) => {
        // Without a cell of two, nothing shows the mark.
        const cells = [...lists, ["Tea", "Mugs"]];
        expect(read(cells.map((list) => list.join(mark)))).toEqual(cells);
      },
    ),
  );
});

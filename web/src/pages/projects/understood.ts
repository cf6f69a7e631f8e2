// A stored understanding of files, in a line a part.
import { count } from "../../showing/numbers.ts";
import { listAt, numberAt, recordAt, recordsAt, type Stored, wordsAt } from "../../showing/stored.ts";

export function understoodLines(understood: Stored): readonly (readonly [string, string])[] {
  const form = recordAt(understood, "form");
  const rows = recordAt(understood, "rows");
  const times = recordAt(understood, "times");
  const catalogue = recordAt(understood, "catalogue");
  const filters = recordAt(understood, "filters");
  const lines: (readonly [string, string | undefined])[] = [
    ["Form", form && [wordsAt(form, "format"), ...listAt(form, "notes")].join("; ")],
    ["Warnings", listAt(form, "warnings").join("; ") || undefined],
    ["Rows", rows && `${number(rows, "read")} read, ${number(rows, "kept")} interactions`],
    ["Left out", leftOut(rows)],
    ["Times", times && `${wordsAt(times, "first")} to ${wordsAt(times, "last")}; ${wordsAt(times, "form")}`],
    [
      "Catalogue",
      catalogue &&
        `${wordsAt(catalogue, "file")}: ${number(catalogue, "entries")} of ${number(catalogue, "items")} items`,
    ],
    ["Filters", filters && filterWords(filters)],
  ];
  return lines.filter((line): line is readonly [string, string] => line[1] !== undefined);
}

function leftOut(rows: Stored | undefined): string | undefined {
  const reasons = recordsAt(rows, "leftOut").map((one) => `${number(one, "count")}: ${wordsAt(one, "reason")}`);
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function filterWords(filters: Stored): string {
  const after = recordAt(filters, "after");
  const words = `at least ${number(filters, "minLength")} interactions a user, ${number(filters, "kCore")}-core`;
  return after === undefined
    ? words
    : `${words}; ${number(after, "users")} users and ${number(after, "items")} items remain`;
}

function number(record: Stored, name: string): string {
  const value = numberAt(record, name);
  return value === undefined ? "?" : count(value);
}

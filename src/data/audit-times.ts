// Whether the times of a dataset look like the moments of its interactions.
import { join } from "node:path";
import { percent } from "../base/written-numbers.ts";
import type { AuditCheck } from "./audit-check.ts";
import type { Dataset } from "./dataset.ts";
import { fileTable, readRows, withDatabase } from "./duckdb.ts";
import { readTable } from "./read-table.ts";

/** Interactions at the very time of the user's one before, of all that have one before. */
const MOST_TIES = 0.1;
/** No shop sold on the web before 1990. */
const EARLIEST = Date.UTC(1990, 0, 1) / 1000;
const DAY = 86_400;

interface TimeFigures {
  readonly known: number;
  readonly midnight: number;
  readonly early: number;
  readonly late: number;
  readonly first: number;
  readonly last: number;
  readonly followers: number;
  readonly ties: number;
  readonly heldOutTies: number;
}

export async function timeChecks(dataset: Dataset, now = Date.now() / 1000): Promise<AuditCheck[]> {
  const figures = await measure(dataset, now + DAY);
  if (figures === undefined) {
    const finding = "The dataset has no times: the order of each history is that of its source.";
    return [{ name: "times", verdict: "ok", finding, numbers: { times: 0 } }];
  }
  return [range(figures), midnight(figures), ties(figures, dataset.users.length)];
}

async function measure(dataset: Dataset, latest: number): Promise<TimeFigures | undefined> {
  const file = join(dataset.directory, "interactions.parquet");
  const table = fileTable("read_parquet", file);
  return withDatabase(async (database) => {
    const columns = await readTable(file, () => readRows(database, `DESCRIBE SELECT * FROM ${table}`));
    if (!columns.some(([name]) => name === "timestamp")) return undefined;
    const user = "PARTITION BY userId ORDER BY position";
    const sql = `SELECT count(t), count_if(t % ${DAY} = 0), count_if(t < ${EARLIEST}), count_if(t > ${latest}),
      min(t), max(t), count_if(before IS NOT NULL), count_if(t = before),
      count_if(t = before AND after IS NULL) FROM
      (SELECT "timestamp" AS t, lag("timestamp") OVER (${user}) AS before, lead(position) OVER (${user}) AS after
       FROM ${table})`;
    const [row] = await readTable(file, () => readRows(database, sql));
    const [known, midnight, early, late, first, last, followers, ties, heldOutTies] = row!.map(Number) as number[];
    if (known === 0) return undefined;
    return { known, midnight, early, late, first, last, followers, ties, heldOutTies } as TimeFigures;
  });
}

function range({ known, early, late, first, last }: TimeFigures): AuditCheck {
  // All of them early: counters instead of dates, whose order is as good.
  const isOdd = late > 0 || (early > 0 && early < known);
  const which = [
    early > 0 && early < known ? `${early} of ${known} lie before 1990` : "",
    late > 0 ? `${late} of ${known} lie in the future` : "",
  ].filter(Boolean);
  return {
    name: "time-range",
    verdict: isOdd ? "warn" : "ok",
    finding: `Times run from ${written(first)} to ${written(last)}${isOdd ? `; ${which.join(", ")}: were units mixed, or unknown times written as 0?` : "."}`,
    numbers: { times: known, first, last, early, late },
  };
}

function written(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().slice(0, 19).replace("T", " ");
}

function midnight({ known, midnight: count }: TimeFigures): AuditCheck {
  const isDays = count === known;
  return {
    name: "times-at-midnight",
    verdict: isDays ? "warn" : "ok",
    finding: isDays
      ? "All times are midnights: they are days, and within a day the order is that of the source."
      : `${count} of ${known} times are midnights.`,
    numbers: { times: known, midnight: count },
  };
}

function ties({ followers, ties: count, heldOutTies }: TimeFigures, users: number): AuditCheck {
  const share = followers === 0 ? 0 : count / followers;
  return {
    name: "tied-times",
    verdict: share > MOST_TIES ? "warn" : "ok",
    finding: `${count} interactions (${percent(share)}) have the very time of the user's one before; for ${heldOutTies} of ${users} users the order of the source decides which item is held out.`,
    numbers: { ties: count, share, heldOutTies },
  };
}

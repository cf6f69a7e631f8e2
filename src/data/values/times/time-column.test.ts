import { describe, expect, it } from "vitest";
import fc from "../../../../test/support/fc.ts";
import { execute, literal, readRows, withDatabase } from "../../duckdb.ts";
import { timeCells } from "./time-cells.ts";
import { readTimes } from "./time-column.ts";
import type { TimeOptions } from "./time-options.ts";

async function read(texts: readonly (string | null)[], options: TimeOptions = {}) {
  return withDatabase(async (database) => {
    await execute(database, "CREATE TABLE raw (time_text VARCHAR)");
    const rows = texts.map((text) => `(${text === null ? "NULL" : literal(text)})`);
    await execute(database, `INSERT INTO raw VALUES ${rows.join(", ")}`);
    const table = await timeCells(database, "(SELECT rowid AS n, * FROM raw)", "time_text");
    const place = async (n: number) => ({ where: "a.csv", line: n + 2 });
    const reading = await readTimes({ database, table, column: "when", where: "a.csv", place }, options);
    const values = await readRows(database, `SELECT ${reading.value} FROM ${table} ORDER BY n`);
    return { ...reading, seconds: values.map(([value]) => value as number | null) };
  });
}

const seconds = (iso: string) => Date.parse(iso) / 1000;
/** 20 November 2023, 3:04:05 by a clock at UTC. */
const MOMENT = seconds("2023-11-20T03:04:05Z");
const DAY = seconds("2023-11-20T00:00:00Z");

describe("one way to write a time is read by its shape", () => {
  it.each<[string, number]>([
    ["2023-11-20 03:04:05", MOMENT],
    ["2023-11-20T03:04:05Z", MOMENT],
    ["2023-11-20T03:04:05.250Z", MOMENT + 0.25],
    ["2023-11-20 03:04:05,250", MOMENT + 0.25],
    ["2023-11-20 03:04:05.123456789", MOMENT + 0.123456],
    ["2023-11-20 03:04:05 UTC", MOMENT],
    ["2023-11-20 04:04:05 +0100", MOMENT],
    ["2023-11-20T04:04:05+01:00", MOMENT],
    ["2023-11-19 22:04:05-05", MOMENT],
    ["2023-11-20 08:49:05+0545", MOMENT],
    ["2023-11-20T04:04:05.000+01:00[Europe/Berlin]", MOMENT],
    ["2023-11-20 04:04:05 Europe/Berlin", MOMENT],
    ["2023-11-19 22:04:05 EST", MOMENT],
    ["2023-11-20 04:04:05 CET", MOMENT],
    ["2023/11/20 03:04:05", MOMENT],
    ["2023.11.20 03:04:05", MOMENT],
    ["2023-11-20 03:04", MOMENT - 5],
    ["2023-11-20", DAY],
    ["2023-11", seconds("2023-11-01T00:00:00Z")],
    ["2023-1-5", seconds("2023-01-05T00:00:00Z")],
    ["2023:11:20 03:04:05", MOMENT],
    ["2023年11月20日 03:04:05", MOMENT],
    ["2023年11月20日 03時04分05秒", MOMENT],
    ["2023년 11월 20일 03시04분", MOMENT - 5],
    ["20231120", DAY],
    ["20231120030405", MOMENT],
    ["20231120T030405Z", MOMENT],
    ["20231120 030405", MOMENT],
    ["20231120 03:04:05", MOMENT],
    ["20/11/2023 03:04:05", MOMENT],
    ["11/20/2023 03:04:05", MOMENT],
    ["11/20/2023, 3:04:05 AM", MOMENT],
    ["11/20/23 3:04 PM", MOMENT - 5 + 12 * 3600],
    ["11/20/2023 12:04 a.m.", DAY + 240],
    ["20.11.2023 03:04:05", MOMENT],
    ["20.11.23", DAY],
    ["20-Nov-2023", DAY],
    ["20-NOV-23", DAY],
    ["20-NOV-23 03.04.05.250000 AM", MOMENT + 0.25],
    ["Nov 20, 2023", DAY],
    ["November 20th, 2023 at 3:04 am", MOMENT - 5],
    ["Monday, 20 November 2023 03:04:05", MOMENT],
    ["Mon, 20 Nov 2023 03:04:05 GMT", MOMENT],
    ["Mon, 20 Nov 2023 04:04:05 +0100 (CET)", MOMENT],
    ["Mon Nov 20 03:04:05 +0000 2023", MOMENT],
    ["Mon Nov 20 03:04:05 UTC 2023", MOMENT],
    ["Mon Nov 20 03:04:05 2023", MOMENT],
    ["Mon Nov 20 2023 04:04:05 GMT+0100 (Central European Standard Time)", MOMENT],
    ["[20/Nov/2023:04:04:05 +0100]", MOMENT],
    ["20. November 2023 03:04 Uhr", MOMENT - 5],
    ["Montag, 20. März 2023", seconds("2023-03-20T00:00:00Z")],
    ["20 novembre 2023 à 03h04", MOMENT - 5],
    ["lundi 20 août 2023", seconds("2023-08-20T00:00:00Z")],
    ["20 de noviembre de 2023", DAY],
    ["20 listopada 2023", DAY],
    ["20 Kasım 2023", DAY],
    ["20 ноября 2023", DAY],
    ["5 май 2023", seconds("2023-05-05T00:00:00Z")],
    ["lun 20 ene 2023 03:04:05", seconds("2023-01-20T03:04:05Z")],
    ["1700449445", MOMENT],
    ["1700449445.25", MOMENT + 0.25],
    ["1700449445,25", MOMENT + 0.25],
    ["1,700,449,445", MOMENT],
    ["1700449445250", MOMENT + 0.25],
    ["1700449445250000", MOMENT + 0.25],
    ["1700449445250000000", MOMENT + 0.25],
    ["1.700449445e9", MOMENT],
    ["-195649341", -195649341],
    ["45250.5", seconds("2023-11-20T12:00:00Z")],
    ["45250", DAY],
    ["19681", DAY],
    ['"2023-11-20"', DAY],
    ["'2023-11-20", DAY],
    [" 2023-11-20 03:04:05 ", MOMENT],
    ["11/20/2023, 3:04:05\u202fAM", MOMENT],
    ["1965-03-20 10:00:00", seconds("1965-03-20T10:00:00Z")],
    ["17", 17],
  ])("%s", async (text, expected) => {
    const { seconds: values, warnings } = await read([text]);
    expect(values[0]).toBeCloseTo(expected, 5);
    if (!text.includes("e9")) expect(warnings).toEqual([]);
  });

  it.each(["soon", "2023-13-45", "20/13/2023 25:00", "2023-02-30", "13:99 20.11.2023", "2023-11-20 03:04 CST"])(
    "no time: %s",
    async (text) => {
      expect((await read([text])).seconds).toEqual([null]);
    },
  );
});

describe("the whole column tells", () => {
  it("day or month first, by one row", async () => {
    expect((await read(["03/04/2023", "13/04/2023"])).seconds[0]).toBe(seconds("2023-04-03T00:00:00Z"));
    expect((await read(["03/04/2023", "04/13/2023"])).seconds[0]).toBe(seconds("2023-03-04T00:00:00Z"));
    expect((await read(["3/4/23", "12/31/22"])).seconds[0]).toBe(seconds("2023-03-04T00:00:00Z"));
  });

  it("or nothing does, and it is asked", async () => {
    const doubt = read(["01/01/2023", "03/04/2023"]);
    await expect(doubt).rejects.toMatchObject({
      name: "Doubt",
      message: expect.stringMatching(/a\.csv:2.*"when".*--time-format day-first.*--time-format month-first/),
    });
    const said = await read(["03/04/2023"], { timeFormat: "day-first" });
    expect(said.seconds).toEqual([seconds("2023-04-03T00:00:00Z")]);
    expect((await read(["01/01/2023", "02/02/2023"])).seconds[1]).toBe(seconds("2023-02-02T00:00:00Z"));
  });

  it("digits whose year is last, day or month first, and asks where both fit", async () => {
    const dayFirst = ["03012023", "10012023", "31122022", "0", "31129999"];
    const read1 = await read(dayFirst);
    expect(read1.seconds.slice(0, 4)).toEqual(
      ["2023-01-03", "2023-01-10", "2022-12-31"].map((day) => seconds(`${day}T00:00:00Z`)).concat([null as never]),
    );
    expect(read1).toMatchObject({ isCalendar: true, warnings: [], form: expect.stringContaining("the day first") });
    expect((await read(["01032023", "12312022"])).seconds[0]).toBe(seconds("2023-01-03T00:00:00Z"));
    // A spreadsheet took the zero in front away.
    expect((await read(["3012023", "31122022"])).seconds[0]).toBe(seconds("2023-01-03T00:00:00Z"));
    expect((await read(["20112023030405"])).seconds).toEqual([MOMENT]);
    await expect(read(["03012023", "04012023"])).rejects.toMatchObject({ name: "Doubt" });
    expect((await read(["03012023"], { timeFormat: "day-first" })).seconds).toEqual([seconds("2023-01-03T00:00:00Z")]);
  });

  it("digits of dates past single faults, and what stands for no date", async () => {
    const days = Array.from({ length: 59 }, (_, k) => `202301${two(1 + (k % 28))}`);
    const wrong = await read([...days, "20230231"]);
    expect(wrong).toMatchObject({ form: "digits of a date", isCalendar: true });
    expect(wrong.seconds.at(-1)).toBeNull();
    expect((await read([...days, "2023013"])).form).toBe("digits of a date");
    const never = await read(["20230105", "20230106", "99991231", "99991231", "19000101"]);
    expect(never.seconds.slice(2)).toEqual(["9999-12-31", "9999-12-31", "1900-01-01"].map((day) => seconds(day)));
  });

  it("that numbers taken for an order may be dates", async () => {
    const short = await read(["050123", "310123", "010223"]);
    expect(short.warnings.join()).toMatch(/"when" such as 050123 may be digits of dates.*--time-format %d%m%y/);
    expect((await read(["050123", "310123"], { timeFormat: "order" })).warnings).toEqual([]);
    expect((await read(["100000", "345678", "912345"])).warnings).toEqual([]);
    expect((await read(["12345678", "87654321"])).warnings).toEqual([]);
  });

  it("two-digit years, never in times to come", async () => {
    expect((await read(["04-01-24", "27-12-23"])).seconds[0]).toBe(seconds("2024-01-04T00:00:00Z"));
    expect((await read(["31.12.98"])).seconds[0]).toBe(seconds("1998-12-31T00:00:00Z"));
  });

  it("units: a mixture is read by size and told, a small number in milliseconds is not taken for seconds", async () => {
    const mixed = await read(["1700449445", "1700449446000"]);
    expect(mixed.seconds).toEqual([MOMENT, MOMENT + 1]);
    expect(mixed.warnings.join()).toMatch(/"when" mixes seconds \(1 rows\) and milliseconds \(1 rows\)/);
    await expect(read(["50000000000", "1700449446000"])).rejects.toMatchObject({ name: "Doubt" });
    expect((await read(["50000000000", "1700449446000"], { timeFormat: "unix-ms" })).seconds[0]).toBe(5e7);
  });

  it("tells of dates among numbers, and of dates without a time of day", async () => {
    expect((await read(["1700449445", "2023-11-20 03:04:05"])).warnings.join()).toMatch(/mixes 1 dates .* 1 numbers/);
    expect((await read(["2023-11-20", "2023-11-20 03:04:05"])).warnings.join()).toMatch(/1 of 2 dates .* midnight/);
    await expect(read(["17", "2023-11-20"])).rejects.toThrow(/the number 17 in "when" among dates/);
  });

  it("asks for the zone of times without one among times with one", async () => {
    const texts = ["2023-11-20T04:04:05+01:00", "2023-11-20T04:04:05"];
    await expect(read(texts)).rejects.toThrow(/a\.csv:3: found 1 times without a zone .*--time-zone UTC/);
    expect((await read(texts, { timeZone: "Europe/Berlin" })).seconds).toEqual([MOMENT, MOMENT]);
  });

  it("refuses times of day without a date", async () => {
    await expect(read(["03:04:05"])).rejects.toThrow(/a\.csv:2: found "03:04:05" in "when", a time of day/);
    await expect(read(["0644", "2359"])).rejects.toThrow(/"0644" in "when", a time of day/);
  });
});

describe("--time-zone and --time-format", () => {
  it("reads clocks of a zone, summer time included", async () => {
    const texts = ["2023-07-01 12:00:00", "2023-12-01 12:00:00"];
    const expected = [seconds("2023-07-01T10:00:00Z"), seconds("2023-12-01T11:00:00Z")];
    expect((await read(texts, { timeZone: "Europe/Berlin" })).seconds).toEqual(expected);
    expect((await read(["1700449445"], { timeZone: "Europe/Berlin" })).seconds).toEqual([MOMENT]);
    expect((await read(["2023-07-01 12:00:00"], { timeZone: "+02:00" })).seconds[0]).toBe(expected[0]);
  });

  it("reads a pattern", async () => {
    const pattern = { timeFormat: "%d|%m|%y %H.%M" };
    expect((await read(["20|11|23 03.04"], pattern)).seconds).toEqual([MOMENT - 5]);
    expect((await read(["20.11."], pattern)).seconds).toEqual([null]);
    const zoned = { timeFormat: "%Y-%m-%d %H:%M:%S %z", timeZone: "Asia/Tokyo" };
    expect((await read(["2023-11-20 04:04:05 +01:00"], zoned)).seconds).toEqual([MOMENT]);
  });

  it.each([
    [{ timeFormat: "euro" }, /--time-format euro: expected one of iso, /],
    [{ timeFormat: "%d %Q" }, /--time-format %d %Q: no pattern/],
    [{ timeZone: "Mars/Base" }, /--time-zone Mars\/Base: expected a zone/],
  ])("refuses %o", async (options, message) => {
    await expect(read(["2023-11-20"], options)).rejects.toMatchObject({
      name: "UsageError",
      message: expect.stringMatching(message),
    });
  });
});

const two = (value: number) => String(value).padStart(2, "0");
const MONTH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
type Parts = { y: number; m: number; d: number; h: number; i: number; s: number };
const parts = (at: number): Parts => {
  const date = new Date(at * 1000);
  const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  return { y, m, d, h: date.getUTCHours(), i: date.getUTCMinutes(), s: date.getUTCSeconds() };
};
const clock = ({ h, i, s }: Parts) => `${two(h)}:${two(i)}:${two(s)}`;
const WRITERS: Readonly<Record<string, (at: number) => string>> = {
  iso: (at) => new Date(at * 1000).toISOString(),
  offset: (at) => `${new Date((at - 12_600) * 1000).toISOString().slice(0, 19)}-03:30`,
  blank: (at) => new Date(at * 1000).toISOString().slice(0, 19).replace("T", " "),
  unix: String,
  ms: (at) => String(at * 1000),
  ns: (at) => `${at}000000000`,
  float: (at) => `${at}.0`,
  dayFirst: (at) => `${two(parts(at).d)}/${two(parts(at).m)}/${parts(at).y} ${clock(parts(at))}`,
  bareDayFirst: (at) => `${parts(at).d}.${parts(at).m}.${parts(at).y} ${clock(parts(at))}`,
  monthFirst: (at) =>
    `${parts(at).m}/${parts(at).d}/${parts(at).y} ${parts(at).h % 12 || 12}:${two(parts(at).i)}:${two(parts(at).s)} ${parts(at).h < 12 ? "AM" : "PM"}`,
  shortYear: (at) => `${two(parts(at).d)}-${two(parts(at).m)}-${two(parts(at).y % 100)} ${clock(parts(at))}`,
  named: (at) => `${MONTH[parts(at).m - 1]} ${parts(at).d}, ${parts(at).y} ${clock(parts(at))}`,
  rfc: (at) => new Date(at * 1000).toUTCString(),
  digits: (at) => new Date(at * 1000).toISOString().slice(0, 19).replace(/\D/g, ""),
  excel: (at) => String(at / 86_400 + 25_569),
};

const RUNS = 8;
/** Ways that leave no doubt: every column is read. */
const ALWAYS_READ = new Set(["iso", "offset", "blank", "unix", "ms", "ns", "float", "named", "rfc", "digits", "excel"]);
/** 31-05-23 may begin with the year or with the day. */
const NEVER_READ = new Set(["shortYear"]);

describe("random instants written in any way", () => {
  it.each(Object.entries(WRITERS))("come back, or are asked about: %s", async (name, write) => {
    const instants = fc.array(
      fc.integer({ min: seconds("2001-01-01T00:00:00Z"), max: seconds("2026-06-01T00:00:00Z") }),
      { minLength: 1, maxLength: 40 },
    );
    let readings = 0;
    await fc.assert(
      fc.asyncProperty(instants, async (times) => {
        const values = await read(times.map(write)).catch((error: Error) => error);
        if (values instanceof Error) {
          expect(values.name).toBe("Doubt");
          return;
        }
        readings++;
        for (const [k, value] of values.seconds.entries()) expect(value).toBeCloseTo(times[k]!, 2);
      }),
      { numRuns: RUNS },
    );
    if (ALWAYS_READ.has(name)) expect(readings).toBe(RUNS);
    else if (!NEVER_READ.has(name)) expect(readings).toBeGreaterThan(0);
  });
});

import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { readTables, type TableOptions } from "./tables.ts";

async function read(text: string, options: Partial<TableOptions> = {}) {
  const name = text.startsWith("{") ? "a.jsonl" : "a.csv";
  const directory = await directoryWith({ [name]: text });
  const said: string[] = [];
  const report = (event: ProgressEvent) => {
    if (event.kind === "warning" || event.kind === "notice") said.push(event.message.replaceAll(`${directory}/`, ""));
  };
  const { shop } = await readTables({ format: "auto", interactions: `${directory}/${name}`, ...options }, report);
  const items = (user: number) => Array.from(shop.sequences[user]!, (item) => shop.items[item]!.itemId);
  return { shop, said, histories: Object.fromEntries(shop.users.map((user, k) => [user, items(k)])) };
}

describe("ids", () => {
  it("lose blanks around them and the .0 of a whole column, and nothing else", async () => {
    const rows = [
      [" u1", "a"],
      ["u1 ", "b"],
      ["u2", "a b\u00a0"],
    ];
    const padded = await read(rows.map(([user, item]) => `${JSON.stringify({ user, item })}\n`).join(""));
    expect(padded.histories).toEqual({ u1: ["a", "b"], u2: ["a b"] });
    expect(padded.said.join("\n")).toMatch(/took off blanks around 2 ids in "user" \(first at a\.jsonl:1\)/);
    const floats = await read("user,item\n1.0,007\n1.0,101\n2,1152921504606846977\n");
    expect(floats.histories).toEqual({ "1": ["007", "101"], "2": ["1152921504606846977"] });
    expect(floats.said.join("\n")).toMatch(/whole numbers written as decimals in "user" .*\(1\.0 in 2 rows/);
    const versions = await read("user,item\n1.0,a\n1.5,b\n", { user: "user" });
    expect(versions.histories).toEqual({ "1.0": ["a"], "1.5": ["b"] });
  });

  it("are warned of when a spreadsheet rounded them, or when they differ in case alone", async () => {
    const { said } = await read("user,item\n1.15E+18,a\nu2,b\nU2,c\n");
    expect(said.join("\n")).toMatch(/1 ids in "user" are rounded numbers \(1\.15E\+18, first at a\.csv:2\)/);
    expect(said.join("\n")).toMatch(/1 ids in "user" occur in several spellings .*"U2" and "u2"/);
  });

  it("that are one number in several spellings are told, and stay apart", async () => {
    const { histories, said } = await read("user,item\nu1,00100\nu1,100\nu2,A17\nu2,100.0\n");
    expect(histories).toEqual({ u1: ["00100", "100"], u2: ["A17", "100.0"] });
    expect(said.join("\n")).toMatch(/1 ids in "item" occur in several spellings of one number \("00100" and "100.0"\)/);
    expect((await read("user,item\nu1,0100\nu1,200\nu2,A100\n")).said.join()).not.toMatch(/spellings/);
  });

  it.each(["NULL", "nan", "None", "NA", "\\N", "", "#N/A", "undefined"])(
    'are absent where the cell holds "%s"',
    async (word) => {
      const { histories, said } = await read(`user,item\nu1,a\n${word},a\nu2,b\n${word},b\n`);
      expect(histories).toEqual({ u1: ["a"], u2: ["b"] });
      expect(said.join("\n")).toMatch(/left out 2 of 4 rows, without a user .*first at a\.csv:3/);
    },
  );

  it("are absent where the word is guest and has most rows by far", async () => {
    const rows = Array.from({ length: 5 }, (_, k) => `guest,i${k}\n`).join("");
    const { histories, said } = await read(`user,item\nu1,a\n${rows}u2,b\nu2,c\n`);
    expect(histories).toEqual({ u1: ["a"], u2: ["b", "c"] });
    expect(said.join("\n")).toMatch(/left out 5 of 8 rows, without a user \("guest" in "user"/);
    expect((await read("user,item\nu1,a\nguest,b\nu1,c\n")).histories).toHaveProperty("guest");
  });

  it("are kept where such a word may be one, and somebody may say so", async () => {
    const text = "user,item\nAnn,a\nAnn,b\nNone,a\nBea,Null\n";
    const { histories, said } = await read(text);
    expect(histories).toEqual({ Ann: ["a", "b"], None: ["a"], Bea: ["Null"] });
    expect(said.join("\n")).toMatch(/took "None" in "user" for an id/);
    expect((await read(text, { guest: ["None"] })).histories).not.toHaveProperty("None");
    expect((await read("user,item\nu1,a\nNULL,b\n", { guest: [""] })).histories).toHaveProperty("NULL");
  });

  it("stand for nobody where somebody says so, also with a .0 behind, and an id that no row has is told", async () => {
    const { histories, said } = await read("user,item\n0.0,a\n7.0,b\n8,c\n", { guest: ["0"] });
    expect(histories).toEqual({ "7": ["b"], "8": ["c"] });
    expect(said.join("\n")).not.toContain("--guest 0: no row");
    const absent = await read("user,item\nguest,a\nu7,b\n", { guest: ["gast"] });
    expect(absent.said).toContain('a.csv: --guest gast: no row has that user in "user". Did you mean guest?');
  });

  it("that have far more rows than all others are warned of when they look like nobody", async () => {
    const rows = Array.from({ length: 40 }, (_, k) => `0,i${k}\n`).join("");
    const { said } = await read(`user,item\n${rows}7,a\n8,b\n`);
    expect(said.join("\n")).toMatch(/user "0" in "user" has 40 of 42 rows, 40 times .*--guest "0"/);
  });
});

describe("ratings", () => {
  it.each([
    ["decimal comma", ["3,5", "4", "5"], [3.5, 4, 5]],
    ["thousands and decimals", ["1.014,5", "2,25", "7"], [1014.5, 2.25, 7]],
    ["English thousands", ["1,014.5", "2.25", "1,000"], [1014.5, 2.25, 1000]],
    ["many thousands", ["1.234.567", "950", "12.500"], [1234567, 950, 12500]],
    ["three decimals", ["1.234", "0.950", "3"], [1.234, 0.95, 3]],
    ["fractions", ["4/5", "3.5 / 5", "0.5/5"], [4, 3.5, 0.5]],
    ["percent", ["80%", "75 %", "100%"], [80, 75, 100]],
    ["stars", ["★★★☆☆", "★", "★★★★★"], [3, 1, 5]],
    ["words behind", ["4 stars", "1 star", "5 stars"], [4, 1, 5]],
    ["likes", ["like", "Love", "Thumbs up"], [1, 1, 1]],
  ])("are read: %s", async (_, texts, values) => {
    const { shop } = await read(`user;item;rating\n${texts.map((text, k) => `u;i${k};${text}`).join("\n")}\n`);
    expect(shop.ratings).toEqual([Float64Array.from(values)]);
  });

  it("ask what a comma means that may mean two things", async () => {
    const text = "user;item;rating\nu;a;1,250\nu;b;2,500\n";
    await expect(read(text)).rejects.toMatchObject({ name: "Doubt", message: expect.stringMatching(/--decimal ,/) });
    expect((await read(text, { decimal: "." })).shop.ratings).toEqual([Float64Array.of(1250, 2500)]);
    expect((await read(text, { decimal: "," })).shop.ratings).toEqual([Float64Array.of(1.25, 2.5)]);
  });

  it("ask what a point means that may stand between thousands", async () => {
    const text = "user;item;rating\nu;a;1.234\nu;b;950\nu;c;12.500\n";
    await expect(read(text)).rejects.toMatchObject({
      name: "Doubt",
      message: expect.stringMatching(/"1\.234" in "rating", and .* what the point is.*--decimal \..*--decimal ,/),
    });
    expect((await read(text, { decimal: "," })).shop.ratings).toEqual([Float64Array.of(1234, 950, 12500)]);
    expect((await read("user;item;rating\nu;a;1.234\nu;b;2.500\n")).shop.ratings).toEqual([
      Float64Array.of(1.234, 2.5),
    ]);
  });

  it.each([
    ["words among numbers", ["like", "5"]],
    ["several scales", ["4/5", "7/10"]],
    ["no rating", ["5", "soon"]],
  ])("are refused with their line: %s", async (_, texts) => {
    const text = `user,item,rating\n${texts.map((each, k) => `u,i${k},${each}`).join("\n")}\n`;
    await expect(read(text)).rejects.toThrow(/a\.csv:[23]: found ".*" in "rating".*--rating none/);
  });

  it("below zero, dislikes and a no of yes and no are no likings, unless a minimum says so", async () => {
    for (const [yes, no] of [
      ["1", "-1"],
      ["1", "0"],
      ["like", "dislike"],
      ["true", "false"],
    ]) {
      const text = `user,item,rating\nu,a,${yes}\nu,b,${no}\nv,a,${yes}\n`;
      const { histories, said } = await read(text);
      expect(histories).toEqual({ u: ["a"], v: ["a"] });
      expect(said.join("\n")).toMatch(new RegExp(`left out 1 of 3 rows.*"${no}" in "rating", first at a\\.csv:3`));
      expect((await read(text, { minRating: -1 })).histories).toEqual({ u: ["a", "b"], v: ["a"] });
    }
  });

  it("are told to be counts where they are", async () => {
    const { said } = await read("user,item,rating\nu,a,1\nu,b,4711\n");
    expect(said.join("\n")).toMatch(/"rating" holds whole numbers up to 4711: counts, not ratings/);
  });

  it("under a minimum take back what was rated higher before, and the unrated are counted", async () => {
    const text = "user,item,rating,ts\nu,a,5,1\nu,b,4,2\nu,a,1,3\nu,c,,4\nu,d,1,5\nu,d,5,6\n";
    const { histories, said } = await read(text, { minRating: 3 });
    expect(histories).toEqual({ u: ["b", "d"] });
    expect(said.join("\n")).toMatch(/left out 1 of 6 rows, without a rating/);
    expect(said.join("\n")).toMatch(/left out 1 pairs of user and item whose last word is no liking/);
    expect((await read(text, { minRating: 3, repeats: "first" })).histories).toEqual({ u: ["a", "b", "d"] });
  });
});

describe("repeats", () => {
  const text = "user,item,ts\nu,a,1\nu,b,2\nu,a,3\nu,a,4\n";

  it("count once, at the first time, and say how else", async () => {
    const { histories, said } = await read(text);
    expect(histories).toEqual({ u: ["a", "b"] });
    expect(said.join("\n")).toMatch(/2 repeats of a user and item; the first one counts \(--repeats last or count/);
  });

  it("count at the last time, or by their number", async () => {
    expect((await read(text, { repeats: "last" })).histories).toEqual({ u: ["b", "a"] });
    const counted = await read(text, { repeats: "count", minRating: 2 });
    expect(counted.histories).toEqual({ u: ["a"] });
    expect(counted.shop.ratings).toEqual([Float64Array.of(3)]);
    expect(counted.said.join("\n")).toMatch(/left out 1 pairs of user and item that weigh less than 2/);
  });
});

describe("events", () => {
  const text = "user,item,event,ts\nu,a,view,1\nu,b,view,2\nu,b,purchase,3\nu,c,Remove from cart,4\nu,a,view,5\n";

  it("of several kinds are told, and what is no liking is left out", async () => {
    const { histories, said } = await read(text);
    expect(histories).toEqual({ u: ["a", "b"] });
    expect(said.join("\n")).toMatch(/"event" holds 2 kinds of events that all count alike: view \(3\), purchase \(1\)/);
    expect(said.join("\n")).toMatch(/left out 1 of 5 rows, whose event does not count .*Remove from cart \(1\)/);
  });

  it("are chosen and weighed, and weights add up", async () => {
    expect((await read(text, { events: "purchase" })).histories).toEqual({ u: ["b"] });
    const weighed = await read(text, { events: "purchase=1, View=.25", minRating: 0.5 });
    expect(weighed.histories).toEqual({ u: ["a", "b"] });
    expect(weighed.shop.ratings).toEqual([Float64Array.of(0.5, 1.25)]);
    await expect(read(text, { events: "buy" })).rejects.toThrow(/--events buy: "event" holds no such kind/);
    await expect(read(text, { events: "view=much" })).rejects.toThrow(/expected kinds and weights such as/);
    await expect(read("user,item\nu,a\n", { events: "view" })).rejects.toThrow(/Name it with --event COL/);
  });

  it("of 0 or less add nothing or take away, and a pair of which nothing is left is left out", async () => {
    const none = await read(text, { events: "purchase=1,view=0" });
    expect(none.histories).toEqual({ u: ["b"] });
    expect(none.shop.ratings).toEqual([Float64Array.of(1)]);
    expect((await read(text, { events: "view=.5,purchase=-.5" })).histories).toEqual({ u: ["a"] });
  });

  it("that are all no liking are refused", async () => {
    const removed = "user,item,event\nu,a,remove_from_cart\nu,b,remove_from_cart\nv,a,hide\n";
    await expect(read(removed)).rejects.toThrow(
      /a\.csv: found only events that are no liking in "event": remove_from_cart \(2\), hide \(1\).*--event none/,
    );
    expect((await read(removed, { event: "none" })).histories).toEqual({ u: ["a", "b"], v: ["a"] });
    const many = Array.from({ length: 70 }, (_, k) => `u,i${k},step ${k}\n`).join("");
    const { histories } = await read(`user,item,event\n${many}u,x,Order refunded\nu,y,return to list\n`, {
      event: "event",
    });
    expect(histories.u).toHaveLength(71);
    expect(histories.u).not.toContain("x");
  });

  it("that take back leave out what came before", async () => {
    const returned = "user,item,event,ts\nu,a,purchase,1\nu,a,refund,2\nu,b,refund,1\nu,b,purchase,2\nu,c,purchase,3\n";
    expect((await read(returned)).histories).toEqual({ u: ["b", "c"] });
  });
});

describe("quantities", () => {
  it("of returns are set against purchases", async () => {
    const text = "user,item,quantity,ts\nu,a,2,1\nu,a,-2,2\nu,b,3,1\nu,b,-1,2\nu,c,0,3\nu,d,1,4\n";
    const { histories, said } = await read(text);
    expect(histories).toEqual({ u: ["b", "d"] });
    expect(said.join("\n")).toMatch(/left out 3 of 6 rows, with a quantity of 0 or less .*"-2" in "quantity"/);
    expect(said.join("\n")).toMatch(/left out 1 pairs of user and item that were given back in full/);
    expect((await read(text, { quantity: "none" })).histories).toEqual({ u: ["a", "b", "c", "d"] });
  });
});

describe("quantities of other writing", () => {
  it.each([
    ["a minus behind", ["2-", "2", "3", "1,5-"]],
    ["brackets", ["(2)", "2", "3", "(1,5)"]],
  ])("are returns: %s", async (_, [back, bought, more, less]) => {
    const plain = Array.from({ length: 8 }, (_, k) => `v;i${k};1;${5 + k}\n`).join("");
    const text = `Kunde;Artikel;Menge;Datum\nu;a;${bought};1\nu;a;${back};2\nu;b;${more};3\nu;b;${less};4\n${plain}`;
    const { histories, said } = await read(text);
    expect(histories.u).toEqual(["b"]);
    expect(said.join("\n")).toMatch(/left out 2 of 12 rows, with a quantity of 0 or less/);
  });

  it("are told where they are none, and ask for their decimals only where they are counted", async () => {
    const rows = Array.from({ length: 9 }, (_, k) => `u,i${k},1\n`).join("");
    const { said } = await read(`user,item,quantity\nu,a,RET 1\n${rows}`);
    expect(said.join("\n")).toMatch(/1 rows hold no number in "quantity" \("RET 1", first at a\.csv:2\) and count as/);
    const dotted = "user,item,quantity\nu,a,1.250\nu,b,2\n";
    expect((await read(dotted)).histories).toEqual({ u: ["a", "b"] });
    await expect(read(dotted, { repeats: "count" })).rejects.toMatchObject({ name: "Doubt" });
  });
});

describe("times", () => {
  it.each([
    ["0", "1700000000"],
    ["", "1700000000"],
    ["NULL", "1700000000"],
    ["0000-00-00 00:00:00", "2024-01-01 10:00:00"],
    ["1970-01-01 00:00:00", "2024-01-01 10:00:00"],
    ["0001-01-01T00:00:00Z", "2024-01-01T10:00:00Z"],
    ["00/00/0000", "13/01/2024"],
  ])('are unknown where the cell holds "%s": left out and told', async (unknown, known) => {
    const { histories, said } = await read(`user,item,ts\nu,a,${known}\nu,b,${unknown}\nv,a,${known}\nw,c,${known}\n`);
    expect(histories).toEqual({ u: ["a"], v: ["a"], w: ["c"] });
    expect(said.join("\n")).toMatch(/left out 1 of 4 rows, whose time is unknown .*first at a\.csv:3/);
  });

  it("are refused where most are unknown, and none is zero among small numbers", async () => {
    await expect(read("user,item,ts\nu,a,0\nu,b,0\nu,c,1700000000\n")).rejects.toThrow(
      /a\.csv:2: found "0" in "ts" \(so in 2 of 3 rows\).*--timestamp none/,
    );
    expect((await read("user,item,ts\nu,a,2\nu,b,0\nu,c,1\n")).histories).toEqual({ u: ["b", "c", "a"] });
  });

  it("and ratings that cannot be read are left out where bad rows are skipped", async () => {
    const text = "user,item,ts,rating\nu,a,1,5\nu,b,soon,4\nu,c,3,meh\nu,d,4,\nv,a,5,1\n";
    await expect(read(text)).rejects.toThrow(/a\.csv:4: found "meh"/);
    const { histories, said } = await read(text, { skipBadRows: true });
    expect(histories).toEqual({ u: ["a", "d"], v: ["a"] });
    expect(said.join("\n")).toMatch(
      /left out 1 of 5 rows, whose time cannot be read \("soon" in "ts", first at a\.csv:3\)/,
    );
    expect(said.join("\n")).toMatch(/left out 1 of 5 rows, whose rating cannot be read/);
  });

  it("join a day and a time of day, as text or as number", async () => {
    const dated = "user,item,date,time\nu,a,2024-01-02,0644\nu,b,2024-01-01,2030\nu,c,2024-01-02,0005\n";
    expect((await read(dated)).histories).toEqual({ u: ["b", "c", "a"] });
    const clocks = "user,item,date,time\nu,a,02.01.2024,6:44 PM\nu,b,31.01.2024,8:30 AM\nu,c,02.01.2024,6:45 AM\n";
    expect((await read(clocks)).histories).toEqual({ u: ["c", "a", "b"] });
  });

  it("join a day at midnight, or digits of one, and a time of day", async () => {
    const midnight = (rest: string) =>
      `user,item,order_date,order_time\nu,a,2023-11-02${rest},09:00\nu,b,2023-11-01${rest},23:00\nu,c,2023-11-01${rest},07:00\n`;
    for (const rest of [" 00:00:00", "T00:00:00.000Z", " 0:00", " 00:00:00+00:00", " 12:00 AM"]) {
      expect((await read(midnight(rest))).histories).toEqual({ u: ["c", "b", "a"] });
    }
    // Where the first column has times of its own, the second says something else.
    const own = "user,item,ordered_at,time\nu,a,2023-11-01 10:00,09:00\nu,b,2023-11-01 00:00,23:00\n";
    expect((await read(own)).histories).toEqual({ u: ["b", "a"] });
    const digits = "user;item;Datum;Uhrzeit\nu;a;03012023;09:00\nu;b;31122022;23:00\nu;c;31122022;07:00\n";
    expect((await read(digits)).histories).toEqual({ u: ["c", "b", "a"] });
  });

  it("in digits are refused at the one that is on no calendar, and never is unknown", async () => {
    const days = Array.from({ length: 40 }, (_, k) => `u,i${k},202301${10 + (k % 18)}\n`).join("");
    const text = `user,item,order_date\n${days}v,a,20230231\n`;
    await expect(read(text)).rejects.toThrow(/a\.csv:42: found "20230231" in "order_date"/);
    const { histories, said } = await read(text, { skipBadRows: true });
    expect(histories).not.toHaveProperty("v");
    expect(said.join("\n")).toMatch(/left out 1 of 41 rows, whose time cannot be read/);
    const never = await read(text.replace("20230231", "99991231"));
    expect(never.said.join("\n")).toMatch(/left out 1 of 41 rows, whose time is unknown/);
  });

  it("in the future, before 1980 and tied are told", async () => {
    const { said } = await read("user,item,ts\nu,a,2970-01-01\nu,b,1950-01-01\nu,c,2020-01-01\nu,d,2020-01-01\n");
    expect(said.join("\n")).toMatch(/1 times in "ts" lie in the future \(2970-01-01T00:00:00Z, first at a\.csv:2\)/);
    expect(said.join("\n")).toMatch(/1 times in "ts" lie before 1980/);
    expect(said.join("\n")).toMatch(/2 of 4 interactions \(50 %\) have the same time in "ts"/);
  });
});

// Settings of the verbs that write a dataset, with their words and defaults.
import { z } from "zod";
import { DATA_SEED } from "../base/seeds.ts";
import { IMPORT_FORMATS } from "./import-formats.ts";
import { TABLE_FORMATS } from "./sources/table-source.ts";

const column = (what: string) =>
  z.string().optional().describe(`column of the ${what}`).meta({ value: "COL", absent: "recognised" });

const files = (what: string) =>
  z
    .union([z.string(), z.array(z.string()).readonly()])
    .optional()
    .describe(what)
    .meta({ value: "FILE" });

const spoken = (what: string) =>
  z
    .union([z.string(), z.array(z.string()).readonly()])
    .optional()
    .describe(what);

/** How files are written, where recognising it is not enough. */
export const formSettings = z.object({
  delimiter: spoken(
    "signs between two cells: ';', tab, '::'; items='|' speaks of the catalogue, users= of the users",
  ).meta({
    value: "SIGNS",
    absent: "recognised",
  }),
  encoding: spoken("encoding of the text, such as windows-1252; items=NAME and users=NAME speak of those files").meta({
    value: "NAME",
    absent: "recognised",
  }),
  quote: spoken("marks that enclose cells: double, single or none; also items=none").meta({
    value: "MARKS",
    absent: "recognised",
  }),
  columns: spoken(
    "names for the columns, in their order: user,item,rating; also items=id,title and explanations=user,item,text",
  ).meta({
    value: "NAMES",
    absent: "those in the header; without one, numbers from 0",
  }),
  header: z
    .boolean()
    .optional()
    .describe("the first line of the interactions names the columns")
    .meta({ absent: "recognised by the cells below it", off: "the first line of the interactions is a record" }),
  table: spoken("table of a database or sheet of a workbook; also items=NAME and users=NAME").meta({
    value: "NAME",
    absent: "the only table, the first sheet",
  }),
  query: spoken("read what this SELECT gives, instead of a table; also items=SELECT and users=SELECT").meta({
    value: "SELECT",
  }),
  extensions: z
    .string()
    .optional()
    .describe("folder of DuckDB's extensions, for workbooks, database servers and Parquet on S3; nothing is fetched")
    .meta({ value: "DIR", absent: "~/.duckdb/extensions" }),
  skipBadRows: z
    .boolean()
    .default(false)
    .describe("leave out records that do not fit the columns, and list them in left-out-records.csv of the dataset"),
});

/** Where any dataset is written. */
export const writeSettings = z.object({
  out: z.string().describe("write the dataset into this directory").meta({ value: "DIR" }),
  overwrite: z.boolean().default(false).describe("replace a dataset that is already there"),
});

export const importSettings = z.object({
  format: z.enum(IMPORT_FORMATS).default("auto").describe("format of the input; auto looks at what the files hold"),
  dir: z
    .string()
    .optional()
    .describe("read this P5 directory, or this folder of a public data set")
    .meta({ value: "DIR" }),
  interactions: files("read interactions from this file, one a record; - is the standard input"),
  items: files("read the catalogue from this file, one item a record"),
  users: files("read users from this file, one a record; its columns are kept, training does not read them"),
  explanations: files(
    "read sentences on pairs of user and item from this review file, for the third task: user, item, sentence, feature",
  ),
  glob: z.boolean().default(false).describe("take the names of files for patterns, such as 'orders-*.csv'"),
  ...formSettings.shape,
  records: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("read the records of a JSON file from this array inside of it, keys joined by points")
    .meta({ value: "PATH", absent: "the only array of objects" }),
  user: column("user id"),
  item: column("item id"),
  timestamp: column("time, a number or a date; none: there is none"),
  rating: column("rating; none: there is none"),
  event: column("kind of event, such as view or purchase; none: there is none"),
  quantity: column("number of pieces or plays; none: there is none"),
  itemsId: column("item id in the catalogue file"),
  usersId: column("user id in the users file"),
  title: column("title, in the catalogue file or beside each interaction"),
  brand: column("brand"),
  price: column("price"),
  categories: column("categories"),
  description: column("description"),
  itemSeparator: z
    .string()
    .optional()
    .describe("several items in one cell stand apart by this (comma, pipe, space, ...); none: a cell is one item")
    .meta({ value: "TEXT", absent: "recognised from the whole column" }),
  ignore: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("leave this column aside, whatever its name says")
    .meta({ value: "COL" }),
  attributes: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("keep this further catalogue column as an attribute")
    .meta({ value: "COL" }),
  timeFormat: z
    .string()
    .optional()
    .describe("how times are written: iso, day-first, month-first, unix, unix-ms, excel, or a pattern (%d.%m.%Y %H:%M)")
    .meta({ value: "FORMAT", absent: "told by the whole column" }),
  timeZone: z
    .string()
    .optional()
    .describe("clocks that times without a zone were read from, such as Europe/Berlin")
    .meta({ value: "ZONE", absent: "UTC" }),
  guest: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("leave out rows of this user id, which stands for nobody")
    .meta({ value: "ID", absent: "empty cells and words such as NULL" }),
  decimal: z
    .enum([".", ","])
    .optional()
    .describe("what stands before the decimals of a number: with , 1.014,50 is a thousand and some")
    .meta({ absent: "decided from the whole column" }),
  categorySeparator: z
    .string()
    .optional()
    .describe("what stands between the categories in one cell")
    .meta({ value: "TEXT", absent: "decided from the whole column" }),
  events: z
    .string()
    .optional()
    .describe(
      "kinds of events that count, with weights that yardsticks and graph models read: purchase=1,view=.2; pairs whose weights add up to 0 or less are left out",
    )
    .meta({ value: "KINDS", absent: "all that may be a liking" }),
  minRating: z
    .number()
    .optional()
    .describe("drop interactions with a lower rating, also where a higher one came before")
    .meta({ absent: "keep all that are not negative" }),
  repeats: z
    .enum(["first", "last", "count", "keep"])
    .optional()
    .describe(
      "of a user's repeats of an item, the one that counts; count keeps their number as rating; keep is refused",
    )
    .meta({ absent: "first, unless the last rating takes it back" }),
  dropUser: z
    .array(z.string())
    .readonly()
    .optional()
    .describe("leave this user out, such as a tester who has everything")
    .meta({ value: "ID" }),
  maxHistory: z
    .number()
    .int()
    .min(3)
    .optional()
    .describe("keep so many of each user's interactions, the latest")
    .meta({ unit: "interactions", absent: "all" }),
  maxRows: z
    .number()
    .int()
    .min(1)
    .default(200_000_000)
    .describe("refuse a file with more interactions")
    .meta({ unit: "interactions" }),
  kCore: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("keep users and items that have at least this many interactions with each other")
    .meta({ unit: "interactions", absent: "5, for p5 0" }),
  minLength: z
    .number()
    .int()
    .min(3)
    .optional()
    .describe("keep users with at least this many interactions")
    .meta({ unit: "interactions", absent: "5, for p5 3" }),
  keepUnsold: z
    .boolean()
    .default(false)
    .describe("keep all items of the catalogue, also those that nobody has bought; --k-core then asks of users alone"),
  name: z.string().optional().describe("name the dataset").meta({ absent: "the last part of --out" }),
  domain: z.string().optional().describe("what an item is, in prompts").meta({ absent: '"NAME product"' }),
  seed: z.number().int().default(DATA_SEED).describe("number the items that are only held out by this seed"),
  ...writeSettings.shape,
});

/** What later files need; filters, unsold items, name and domain are those of the dataset. */
export const appendSettings = importSettings
  .omit({
    dir: true,
    explanations: true,
    kCore: true,
    minLength: true,
    dropUser: true,
    maxHistory: true,
    keepUnsold: true,
    name: true,
    domain: true,
    seed: true,
  })
  .extend({
    format: z.enum(TABLE_FORMATS).default("auto").describe("format of the files; auto looks at what is in them"),
    interactions: z.string().describe("read later interactions from this file, one a record").meta({ value: "FILE" }),
    guest: importSettings.shape.guest.meta({ absent: "what the import said, else empty cells and words such as NULL" }),
    timeZone: importSettings.shape.timeZone.meta({ absent: "what the import said, else UTC" }),
    timeFormat: importSettings.shape.timeFormat.meta({
      absent: "what the import said, else told by the whole column",
    }),
  });

const file = (what: string) => z.string().optional().describe(what);

/** How a catalogue of new items is read. */
export const newItemsSettings = importSettings
  .pick({
    glob: true,
    records: true,
    itemsId: true,
    title: true,
    brand: true,
    price: true,
    categories: true,
    description: true,
    ignore: true,
    attributes: true,
    decimal: true,
    categorySeparator: true,
    extensions: true,
  })
  .extend({
    items: z
      .union([z.string(), z.array(z.string()).readonly()])
      .describe("read the new items from this catalogue, one a record, as `isrf data import --items` does")
      .meta({ value: "FILE" }),
    delimiter: file("signs between two cells: ';', tab, '::'").meta({ value: "SIGNS", absent: "recognised" }),
    encoding: file("encoding of the text, such as windows-1252").meta({ value: "NAME", absent: "recognised" }),
    quote: file("marks that enclose cells: double, single or none").meta({ value: "MARKS", absent: "recognised" }),
    columns: file("names for the columns, in their order: item_id,title").meta({
      value: "NAMES",
      absent: "those in the header",
    }),
    header: z
      .boolean()
      .optional()
      .describe("the first line names the columns")
      .meta({ absent: "recognised by the cells below it", off: "the first line is a record" }),
    table: file("table of a database or sheet of a workbook").meta({
      value: "NAME",
      absent: "the only table, the first sheet",
    }),
    query: file("read what this SELECT gives, instead of a table").meta({ value: "SELECT" }),
  });

/** What bears on how files are read and filtered, and not on what is written. */
export const inspectSettings = importSettings.omit({
  dir: true,
  interactions: true,
  explanations: true,
  out: true,
  overwrite: true,
  name: true,
  domain: true,
  seed: true,
});

const share = z.number().min(0).max(1);
const part = z.number().gt(0, "Too small: expected more than 0").lt(1, "Too large: expected less than 1");

/** Exactly one of the first three says what is held out. */
export const splitSettings = z.object({
  coldItems: part
    .optional()
    .describe(
      "hold out this share of the items: training never sees them, and who has one of them last is asked for it",
    )
    .meta({ value: "SHARE" }),
  coldUsers: part
    .optional()
    .describe("hold out this share of the users: each is known by a list of items alone, and asked for the last one")
    .meta({ value: "SHARE" }),
  time: z
    .string()
    .optional()
    .describe(
      "train on what happened before this date or quantile of all times (2024-05-01, .8), ask for what came next",
    )
    .meta({ value: "T" }),
  seed: z.number().int().default(DATA_SEED).describe("draw the items or users that are held out by this seed"),
  name: z.string().optional().describe("name the dataset").meta({ absent: "the last part of --out" }),
  ...writeSettings.shape,
});

export const synthSettings = z.object({
  users: z.number().int().min(20, "Too small: expected at least 20").default(400).describe("people in the shop"),
  items: z.number().int().min(60, "Too small: expected at least 60").default(240).describe("products in the shop"),
  seed: z.number().int().default(DATA_SEED).describe("draw the shop by this seed; equal options give equal shops"),
  shownShare: share.default(0.4).describe("share of people whose training items show their group taste"),
  latentShare: share.default(0.4).describe("share of people whose group taste shows in held-out items only"),
  chainProbability: share.default(0.5).describe("how often a purchase follows from the one before"),
  ...writeSettings.shape,
});

// Ways in which shops write tables, drawn at random.
import { gzipSync } from "node:zlib";
import type { Random } from "../../src/base/random.ts";
import type { CatalogueEntry, Purchase, RandomShop } from "./random-shop.ts";

/** A column: its heading and its cells. */
interface Column {
  readonly heading: string;
  readonly cells: readonly string[];
}

export interface Written {
  /** Name -> bytes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly interactions: readonly string[];
  readonly items: string;
  /** What was drawn, in words: a failing test prints it. */
  readonly dialect: string;
}

const HEADINGS = [
  {
    user: "user_id",
    item: "item_id",
    time: "timestamp",
    rating: "rating",
    title: "title",
    category: "category",
    price: "price",
  },
  {
    user: "customer_id",
    item: "sku",
    time: "created_at",
    rating: "stars",
    title: "product_name",
    category: "categories",
    price: "unit_price",
  },
  {
    user: "CustomerID",
    item: "ProductID",
    time: "OrderDate",
    rating: "Score",
    title: "ProductName",
    category: "Category",
    price: "Price",
  },
  {
    user: "userId",
    item: "movieId",
    time: "timestamp",
    rating: "rating",
    title: "title",
    category: "genres",
    price: "price",
  },
  {
    user: "Kundennummer",
    item: "Artikelnummer",
    time: "Bestelldatum",
    rating: "Bewertung",
    title: "Artikelname",
    category: "Kategorie",
    price: "Preis",
  },
  {
    user: "id_client",
    item: "id_produit",
    time: "date_commande",
    rating: "note",
    title: "titre",
    category: "catégorie",
    price: "prix",
  },
  {
    user: "cliente_id",
    item: "producto_id",
    time: "fecha",
    rating: "valoracion",
    title: "nombre",
    category: "categoria",
    price: "precio",
  },
  {
    user: "Email",
    item: "Lineitem sku",
    time: "Created at",
    rating: "Rating",
    title: "Lineitem name",
    category: "Type",
    price: "Lineitem price",
  },
] as const;

type Headings = (typeof HEADINGS)[number];

const pad = (value: number, length = 2) => String(value).padStart(length, "0");

interface Parts {
  readonly y: number;
  readonly m: string;
  readonly d: string;
  readonly h: string;
  readonly i: string;
  readonly s: string;
}

function parts(time: number): Parts {
  const at = new Date(time * 1000);
  const [y, m, d] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()];
  return { y, m: pad(m), d: pad(d), h: pad(at.getUTCHours()), i: pad(at.getUTCMinutes()), s: pad(at.getUTCSeconds()) };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Times as tables write them; `zone` is an offset in minutes that the form may carry. */
const TIMES: Readonly<Record<string, (time: number, zone: number) => string>> = {
  seconds: (time) => String(time),
  milliseconds: (time) => String(time * 1000),
  microseconds: (time) => `${time}000000`,
  "float seconds": (time) => `${time}.0`,
  iso: (time) => form(time, ({ y, m, d, h, i, s }) => `${y}-${m}-${d} ${h}:${i}:${s}`),
  "iso Z": (time) => form(time, ({ y, m, d, h, i, s }) => `${y}-${m}-${d}T${h}:${i}:${s}Z`),
  "iso with milliseconds": (time) => form(time, ({ y, m, d, h, i, s }) => `${y}-${m}-${d}T${h}:${i}:${s}.000Z`),
  offset: (time, zone) =>
    `${form(time + zone * 60, ({ y, m, d, h, i, s }) => `${y}-${m}-${d} ${h}:${i}:${s}`)} ${zoneText(zone)}`,
  "iso offset": (time, zone) =>
    `${form(time + zone * 60, ({ y, m, d, h, i, s }) => `${y}-${m}-${d}T${h}:${i}:${s}`)}${zoneText(zone, ":")}`,
  UTC: (time) => form(time, ({ y, m, d, h, i, s }) => `${y}-${m}-${d} ${h}:${i}:${s} UTC`),
  "day first": (time) => form(time, ({ y, m, d, h, i, s }) => `${d}/${m}/${y} ${h}:${i}:${s}`),
  dots: (time) => form(time, ({ y, m, d, h, i, s }) => `${d}.${m}.${y} ${h}:${i}:${s}`),
  "month first": (time) => form(time, ({ y, m, d, h, i, s }) => `${m}/${d}/${y} ${h}:${i}:${s}`),
  "month in words": (time) => form(time, ({ y, m, d, h, i, s }) => `${d}-${MONTHS[Number(m) - 1]}-${y} ${h}:${i}:${s}`),
  compact: (time) => form(time, ({ y, m, d, h, i, s }) => `${y}${m}${d}${h}${i}${s}`),
  "days only": (time) => form(time, ({ y, m, d }) => `${y}-${m}-${d}`),
  "days as numbers": (time) => form(time, ({ y, m, d }) => `${y}${m}${d}`),
  "two-digit years": (time) => form(time, ({ y, m, d }) => `${d}.${m}.${y % 100}`),
  excel: (time) => String(time / 86_400 + 25_569),
};

function form(time: number, write: (parts: Parts) => string): string {
  return write(parts(time));
}

function zoneText(zone: number, colon = ""): string {
  const size = Math.abs(zone);
  return `${zone < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}${colon}${pad(size % 60)}`;
}

const NUMBERS: Readonly<Record<string, (value: number) => string>> = {
  plain: String,
  "one decimal": (value) => value.toFixed(1),
  "decimal comma": (value) => value.toFixed(1).replace(".", ","),
};

const PRICES: Readonly<Record<string, (value: number) => string>> = {
  plain: (value) => value.toFixed(2),
  dollars: (value) => `$${value.toLocaleString("en", { minimumFractionDigits: 2 })}`,
  euros: (value) => `${value.toLocaleString("de", { minimumFractionDigits: 2 })} €`,
  "EUR before": (value) => `EUR ${value.toFixed(2)}`,
  "comma, no thousands": (value) => value.toFixed(2).replace(".", ","),
};

interface Form {
  readonly delimiter: string;
  readonly quote: "where needed" | "always";
  readonly lineEnd: string;
  readonly hasFinalEnd: boolean;
  readonly encoding: keyof typeof ENCODINGS;
  readonly separatorLine: boolean;
  readonly isZipped: boolean;
}

const ENCODINGS = {
  utf8: (text: string) => Buffer.from(text, "utf8"),
  "utf8 with a mark": (text: string) => Buffer.from(`\uFEFF${text}`, "utf8"),
  utf16le: (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le"),
  utf16be: (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
  latin1: (text: string) => Buffer.from(text, "latin1"),
} as const;

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)]!;
}

/** Mostly the plain thing: a file with five oddities at once is rare. */
function sometimes<T>(random: Random, plain: T, others: readonly T[]): T {
  return random.uniform() < 0.5 ? plain : pick(random, others);
}

function randomForm(random: Random): Form {
  return {
    delimiter: sometimes(random, ",", [";", "\t", "|", "::"]),
    quote: sometimes<Form["quote"]>(random, "where needed", ["always"]),
    lineEnd: sometimes(random, "\n", ["\r\n"]),
    hasFinalEnd: random.uniform() < 0.8,
    encoding: sometimes<Form["encoding"]>(random, "utf8", ["utf8 with a mark", "utf16le", "utf16be", "latin1"]),
    separatorLine: random.uniform() < 0.1,
    isZipped: random.uniform() < 0.2,
  };
}

function written(columns: readonly Column[], form: Form, hasHeader: boolean): Uint8Array {
  const { delimiter, quote, lineEnd, encoding } = form;
  const cell = (text: string) =>
    quote === "always" || text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const rows = Array.from({ length: columns[0]!.cells.length }, (_, row) => columns.map(({ cells }) => cells[row]!));
  const lines = [...(hasHeader ? [columns.map(({ heading }) => heading)] : []), ...rows];
  const above = form.separatorLine && hasHeader ? [`sep=${delimiter}`] : [];
  const text = [...above, ...lines.map((line) => line.map(cell).join(delimiter))].join(lineEnd);
  const ending = form.hasFinalEnd ? lineEnd : "";
  // "€" is no letter of latin-1; what shops call latin-1 has it at 0x80.
  const bytes = ENCODINGS[encoding](
    encoding === "latin1" ? `${text}${ending}`.replaceAll("€", "\x80") : `${text}${ending}`,
  );
  return form.isZipped ? gzipSync(bytes) : bytes;
}

function further(random: Random, rows: number): Column[] {
  const all: Column[] = [
    { heading: "id", cells: Array.from({ length: rows }, (_, row) => String(row + 1)) },
    { heading: "", cells: Array.from({ length: rows }, (_, row) => String(row)) },
    { heading: "channel", cells: Array.from({ length: rows }, () => pick(random, ["web", "app", "store"])) },
    {
      heading: "note",
      cells: Array.from({ length: rows }, () => pick(random, ["", "gift, wrapped", 'a "good" one', "ok"])),
    },
    { heading: "price_paid", cells: Array.from({ length: rows }, () => (1 + random.below(90)).toFixed(2)) },
  ];
  return random.shuffle(all).slice(0, random.below(3));
}

function arranged(random: Random, columns: readonly Column[], more: readonly Column[]): Column[] {
  // A nameless column stands first, as the tools that make it write it.
  const nameless = more.filter(({ heading }) => heading === "");
  const named = random.shuffle([...columns, ...more.filter(({ heading }) => heading !== "")]);
  return [...nameless, ...named];
}

function interactionColumns(
  random: Random,
  purchases: readonly Purchase[],
  headings: Headings,
  words: string[],
): Column[] {
  const timeForm = pick(random, Object.keys(TIMES));
  const ratingForm = pick(random, Object.keys(NUMBERS));
  const zones = timeForm.includes("offset") ? [0, 60, 120, -300, 330] : [0];
  const missing = random.uniform() < 0.2 ? pick(random, ["", "NULL", "NaN"]) : undefined;
  words.push(`times ${timeForm}`, `ratings ${ratingForm}${missing === undefined ? "" : `, some "${missing}"`}`);
  const hasRating = random.uniform() < 0.7;
  const rated = purchases.map(({ rating }, row) =>
    missing !== undefined && row % 7 === 3 ? missing : NUMBERS[ratingForm]!(rating),
  );
  return [
    { heading: headings.user, cells: purchases.map(({ user }) => user) },
    { heading: headings.item, cells: purchases.map(({ item }) => item) },
    { heading: headings.time, cells: purchases.map(({ time }) => TIMES[timeForm]!(time, pick(random, zones))) },
    ...(hasRating ? [{ heading: headings.rating, cells: rated }] : []),
  ];
}

function catalogueColumns(
  random: Random,
  catalogue: readonly CatalogueEntry[],
  headings: Headings,
  words: string[],
): Column[] {
  const priceForm = pick(random, Object.keys(PRICES));
  words.push(`prices ${priceForm}`);
  return [
    { heading: headings.item, cells: catalogue.map(({ item }) => item) },
    { heading: headings.title, cells: catalogue.map(({ title }) => title) },
    { heading: headings.category, cells: catalogue.map(({ category }) => category) },
    { heading: headings.price, cells: catalogue.map(({ price }) => PRICES[priceForm]!(price)) },
  ];
}

function words(form: Form): string {
  return Object.entries(form)
    .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
    .join(", ");
}

/** The shop in a random dialect: its purchases in one or two files, its catalogue in a dialect of its own. */
export function writeShop(random: Random, { purchases, catalogue }: RandomShop): Written {
  const headings = pick(random, HEADINGS);
  const said = [`headings ${headings.user}`];
  const form = randomForm(random);
  const hasHeader = random.uniform() < 0.95;
  const columns = interactionColumns(random, purchases, headings, said);
  const all = hasHeader ? arranged(random, columns, further(random, purchases.length)) : columns;
  const name = (base: string, { isZipped, delimiter }: Form) =>
    `${base}.${delimiter === "\t" ? "tsv" : "csv"}${isZipped ? ".gz" : ""}`;
  const half = random.uniform() < 0.15 ? Math.floor(purchases.length / 2) : purchases.length;
  const part = (from: number, to: number) =>
    all.map(({ heading, cells }) => ({ heading, cells: cells.slice(from, to) }));
  const files: Record<string, Uint8Array> = { [name("orders", form)]: written(part(0, half), form, hasHeader) };
  if (half < purchases.length) files[name("orders-2", form)] = written(part(half, purchases.length), form, hasHeader);
  const interactions = Object.keys(files);
  const itemsForm = randomForm(random);
  const items = name("products", itemsForm);
  files[items] = written(random.shuffle(catalogueColumns(random, catalogue, headings, said)), itemsForm, true);
  said.push(
    `header ${hasHeader}`,
    `columns ${all.map(({ heading }) => heading).join(" ")}`,
    words(form),
    `catalogue: ${words(itemsForm)}`,
  );
  return { files, interactions, items, dialect: said.join("; ") };
}

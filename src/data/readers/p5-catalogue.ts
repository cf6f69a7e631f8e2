import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import type { Item } from "../dataset.ts";
import { readLines } from "../sources/text-lines.ts";

/** What items.jsonl says of an item, beside its number. */
export interface CatalogueEntry {
  readonly asin?: string | undefined;
  readonly facts: Omit<Item, "itemId" | "sourceNumber">;
}

// `salesRank` is left out on purpose: it was crawled after the last interaction and so tells held-out popularity.
const LINE = z.object({
  id: z.int().positive(),
  asin: z.string().optional(),
  title: z.string().optional(),
  brand: z.string().optional(),
  price: z.number().nonnegative().optional(),
  categories: z.array(z.string()).optional(),
  otherCategories: z.array(z.array(z.string())).optional(),
  description: z.string().optional(),
  text: z.string().optional(),
  attributes: z.array(z.union([z.string(), z.number()])).optional(),
});

/** Read one JSON object a line. @throws InputError for the first line that is malformed or repeats an id. */
export async function readP5Catalogue(file: string): Promise<Map<number, CatalogueEntry>> {
  const entries = new Map<number, CatalogueEntry>();
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    const record = parseLine(text, file, line);
    if (entries.has(record.id)) {
      throw new InputError({ where: file, line, found: `item ${record.id} again`, expected: "one line an item" });
    }
    entries.set(record.id, { asin: record.asin || undefined, facts: factsOf(record) });
  }
  if (line === 0) {
    const todo = "Fetch the file again, or remove it to import without a catalogue.";
    throw new InputError({ where: file, found: "an empty file", expected: "one JSON object a line", todo });
  }
  return entries;
}

function parseLine(text: string, file: string, line: number): z.infer<typeof LINE> {
  const bad = (found: string, cause?: unknown) =>
    new InputError(
      {
        where: file,
        line,
        found,
        expected: 'one JSON object with "id" (whole number), "title", "brand", "price", "categories", ...',
        todo: "Mend the line; if it is the last one, the file was cut short: fetch it again.",
      },
      { cause },
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(text.trim() === "" ? "an empty line" : `malformed JSON (${(cause as Error).message})`, cause);
  }
  const parsed = LINE.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw bad(`field "${issue.path.join(".")}": ${issue.message}`);
}

function factsOf(record: z.infer<typeof LINE>): CatalogueEntry["facts"] {
  const { title, price, description } = record;
  // The source writes "Unknown" where it has no brand.
  const brand = record.brand === "Unknown" ? undefined : record.brand;
  const otherCategories = record.otherCategories?.map((path) => path.join(" > ")).join("; ");
  const attributes: Record<string, string> = {};
  if (record.text) attributes.keywords = record.text;
  if (otherCategories) attributes.otherCategories = otherCategories;
  if (record.attributes?.length) attributes.attributeIds = record.attributes.join(" ");
  return {
    title: title || undefined,
    brand: brand || undefined,
    price,
    categories: record.categories?.length ? record.categories : undefined,
    description: description || undefined,
    attributes: Object.keys(attributes).length > 0 ? attributes : undefined,
  };
}

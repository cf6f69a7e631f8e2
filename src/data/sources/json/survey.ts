// All fields of all records of a JSON table, by queries over the whole file: a field that first occurs in the last
// record is a column like any other.
import type { DuckDBConnection } from "@duckdb/node-api";
import { readRows } from "../../duckdb.ts";
import { ELEMENTS_LOOKED_AT, elementsSql, type JsonField, pointer, type TypeCounts } from "./json-fields.ts";

/** Deeper fields are not offered as columns. */
const MAX_KEYS = 4;
/** An object with more keys than this is a map from names to values, not a record. */
const MAX_MEMBERS = 64;

export interface JsonSurvey {
  readonly records: number;
  /** Records that are no objects. */
  readonly others: number;
  /** Records that name a key twice. */
  readonly doubled: number;
  readonly fields: readonly JsonField[];
  /** Fields that hold objects, by name, with the fields inside that stand for them. */
  readonly nested: ReadonlyMap<string, readonly string[]>;
}

/** A place whose values hold further fields. */
interface Holder {
  readonly keys: readonly string[];
  readonly leaf?: readonly string[] | undefined;
}

interface Found {
  readonly holder: Holder;
  /** Members of objects here: key -> type -> count, in their order. */
  readonly members: Map<string, Map<string, number>>;
  /** Types of elements, where lists stand here. */
  readonly elements: Map<string, number>;
  readonly isList: boolean;
}

/** `objects` is a table of one column `json`. */
export async function surveyJson(database: DuckDBConnection, objects: string): Promise<JsonSurvey> {
  const [totals] = await readRows(
    database,
    `SELECT count(*), count(*) FILTER (type <> 'OBJECT'), count(*) FILTER (len(keys) > len(list_distinct(keys)))
    FROM (SELECT json_type(json) AS type, json_keys(json) AS keys FROM ${objects})`,
  );
  const [records, others, doubled] = totals!.map(Number) as [number, number, number];
  if (others > 0) return { records, others, doubled, fields: [], nested: new Map() };
  const top = await readRows(
    database,
    `SELECT key, type, count(*) FROM ${objects} t, json_each(t.json) GROUP BY ALL ORDER BY min(id), key`,
  );
  const members = new Map<string, Map<string, number>>();
  for (const [key, type, count] of top) counted(members, String(key)).set(String(type), Number(count));
  const tree = new FieldTree();
  let holders = tree.add(undefined, members);
  while (holders.length > 0) {
    const found = await lookInside(database, objects, holders);
    holders = found.flatMap((inside) => tree.inside(inside));
  }
  return { records, others, doubled, ...tree.finish() };
}

async function lookInside(database: DuckDBConnection, objects: string, holders: readonly Holder[]): Promise<Found[]> {
  const values = holders.map(({ keys, leaf }) => {
    const value = `json_extract(json, ${pointer(keys)})`;
    if (leaf === undefined) return value;
    return `to_json(list_transform(${elementsSql(value)}, lambda element: json_extract(element, ${pointer(leaf)})))`;
  });
  const rows = await readRows(
    database,
    `SELECT h, json_type(v) = 'ARRAY' AS is_list, json_type(e) AS inner_type, key, type, count(*)
    FROM (SELECT h, v, unnest(${elementsSql("v")}[1:${ELEMENTS_LOOKED_AT}]) AS e FROM
      (SELECT unnest([${holders.map((_, k) => k).join(", ")}]) AS h, unnest([${values.join(", ")}]) AS v
       FROM ${objects})) z, json_each(z.e) GROUP BY ALL ORDER BY min(id), key`,
  );
  const found = holders.map((holder): Found => ({ holder, members: new Map(), elements: new Map(), isList: false }));
  const lists = new Set<number>();
  for (const [h, isList, inner, key, type, count] of rows) {
    const at = Number(h);
    if (isList === true) lists.add(at);
    const { members, elements } = found[at]!;
    if (inner === "OBJECT") add(counted(members, String(key)), String(type), Number(count));
    if (isList === true) add(elements, String(inner), Number(count));
  }
  return found.map((inside, at) => ({ ...inside, isList: lists.has(at) }));
}

/** Fields as they are found, from the record inwards. */
class FieldTree {
  readonly #fields: JsonField[] = [];
  readonly #holders = new Set<string>();
  #order: readonly string[] = [];

  /** Add the members of a holder, or of the record; returns those to look into. */
  add(holder: Holder | undefined, members: ReadonlyMap<string, TypeCounts>): Holder[] {
    if (holder === undefined) this.#order = [...members.keys()];
    const inside: Holder[] = [];
    for (const [key, types] of members) {
      const place = placeOf(holder, key);
      const isHolder = types.has("OBJECT") || types.has("ARRAY");
      const scalars = new Map([...types].filter(([type]) => type !== "OBJECT" && type !== "ARRAY"));
      const isDeep = place.keys.length + (place.leaf?.length ?? 0) >= MAX_KEYS;
      if (isDeep) this.#field(place, types);
      else if (!isHolder || [...scalars.keys()].some((type) => type !== "NULL")) this.#field(place, scalars);
      if (isHolder && !isDeep) inside.push(place);
    }
    return inside;
  }

  /** Add what stands inside of a holder. */
  inside({ holder, members, elements, isList }: Found): Holder[] {
    const isPlainList = isList && holder.leaf === undefined;
    const listed = [...elements.keys()].filter((type) => type !== "NULL" && type !== "OBJECT");
    // Lists inside of lists, and maps, stay the texts that they are.
    if (members.size > MAX_MEMBERS || listed.includes("ARRAY") || (members.size === 0 && !isPlainList)) {
      this.#field(holder, new Map([[isList ? "ARRAY" : "OBJECT", 1]]));
      return [];
    }
    if (isPlainList && (listed.length > 0 || members.size === 0)) this.#field(holder, elements, true);
    if (members.size === 0) return [];
    this.#holders.add(nameOf(holder));
    return this.add(isPlainList ? { keys: holder.keys, leaf: [] } : holder, members);
  }

  finish(): Pick<JsonSurvey, "fields" | "nested"> {
    // Where the record's own field stands that holds them.
    const rank = ({ keys }: JsonField) => this.#order.indexOf(keys[0]!);
    const fields = [...this.#fields].sort((a, b) => rank(a) - rank(b));
    const inside = (holder: string) => fields.map(({ name }) => name).filter((name) => name.startsWith(`${holder}.`));
    return { fields, nested: new Map([...this.#holders].map((holder) => [holder, inside(holder)])) };
  }

  #field({ keys, leaf }: Holder, types: TypeCounts, isList = leaf !== undefined, name = nameOf({ keys, leaf })): void {
    const known = this.#fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
    const old = this.#fields[known];
    if (old === undefined) {
      this.#fields.push({ name, keys, leaf, isList, types });
    } else if (old.keys.join("\0") === keys.join("\0") && old.leaf?.join("\0") === leaf?.join("\0")) {
      // Now a value, now a list of values: a list.
      this.#fields[known] = { ...old, isList: old.isList || isList, types: new Map([...old.types, ...types]) };
    } else {
      // `Rating` beside `rating`, or a key that has a point in it: column names are compared without case.
      this.#field({ keys, leaf }, types, isList, `${name}_2`);
    }
  }
}

function placeOf(holder: Holder | undefined, key: string): Holder {
  if (holder === undefined) return { keys: [key] };
  if (holder.leaf === undefined) return { keys: [...holder.keys, key] };
  return { keys: holder.keys, leaf: [...holder.leaf, key] };
}

function nameOf({ keys, leaf = [] }: Holder): string {
  return [...keys, ...leaf].join(".");
}

function counted<K>(counts: Map<K, Map<string, number>>, key: K): Map<string, number> {
  const found = counts.get(key) ?? new Map<string, number>();
  counts.set(key, found);
  return found;
}

function add(counts: Map<string, number>, type: string, count: number): void {
  counts.set(type, (counts.get(type) ?? 0) + count);
}

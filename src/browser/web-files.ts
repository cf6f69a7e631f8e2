// The form of the exported tables and settings: Node writes them, the browser reads them, and both import this.

/** Everything about the model but its numbers. */
export interface WebSettings {
  readonly format: 1;
  readonly system: string;
  readonly terms: readonly { readonly name: string; readonly describes: string; readonly isSilentAtZero: boolean }[];
  /** What the model is fed. */
  readonly inputs: readonly string[];
  /** Of the mixture: `scales` by term, `values` by term and part. */
  readonly scales: readonly number[];
  readonly values: readonly number[];
  /** Slots that interests and texts read, and those of the sequence model. */
  readonly slots: number;
  readonly sequenceSlots: number;
  readonly stretch: number;
  readonly textDecay: number;
  readonly newest: number;
  readonly newestDecay: number;
  readonly neighbourDecay: number;
  readonly leastShare: number;
}

export interface Catalogue {
  readonly brands: readonly string[];
  readonly categories: readonly (readonly string[])[];
  /** id, title, place of the brand and of the categories; -1 for none. In the order of the model. */
  readonly items: readonly (readonly [id: string, title: string, brand: number, categories: number])[];
}

export type TableData = Float32Array | Int32Array | Uint16Array | Uint8Array;
type Views = Readonly<Record<Kind, new (buffer: ArrayBufferLike, at: number, length: number) => TableData>>;

type Kind = "f32" | "i32" | "u16" | "u8";
const KINDS: Views = { f32: Float32Array, i32: Int32Array, u16: Uint16Array, u8: Uint8Array };

interface TableHead {
  readonly settings: WebSettings;
  readonly tables: Readonly<Record<string, { readonly kind: Kind; readonly at: number; readonly length: number }>>;
}

const ALIGNMENT = 8;

/** Head length in four bytes, head as JSON, then the tables, each at a multiple of eight bytes. Little-endian. */
export function packTables(settings: WebSettings, tables: Readonly<Record<string, TableData>>): Uint8Array {
  let at = 0;
  const places: Record<string, { kind: Kind; at: number; length: number }> = {};
  for (const [name, data] of Object.entries(tables)) {
    const kind = (Object.keys(KINDS) as Kind[]).find((one) => data instanceof KINDS[one])!;
    places[name] = { kind, at, length: data.length };
    at = aligned(at + data.byteLength);
  }
  const head = new TextEncoder().encode(JSON.stringify({ settings, tables: places } satisfies TableHead));
  const start = aligned(4 + head.length);
  const bytes = new Uint8Array(start + at);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  for (const [name, { buffer, byteOffset, byteLength }] of Object.entries(tables))
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + places[name]!.at);
  return bytes;
}

export interface OpenedTables {
  readonly settings: WebSettings;
  readonly tables: ReadonlyMap<string, TableData>;
}

/** @throws Error for a file of another form. */
export function openTables(file: Uint8Array): OpenedTables {
  // Views need their alignment, which a piece of a larger buffer may lack.
  const { buffer, byteOffset: offset } = file.byteOffset % ALIGNMENT === 0 ? file : file.slice();
  const length = new DataView(buffer, offset, 4).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, offset + 4, length))) as TableHead;
  if (head.settings.format !== 1) throw new Error(`tables.bin has format ${head.settings.format}, expected 1.`);
  const start = offset + aligned(4 + length);
  const views = Object.entries(head.tables).map(
    ([name, { kind, at, length: size }]) => [name, new KINDS[kind](buffer, start + at, size)] as const,
  );
  return { settings: head.settings, tables: new Map<string, TableData>(views) };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

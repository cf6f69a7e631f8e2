// Checks the shape of `src/`: imports go down only, a room is entered by its front door, and no files import each other
// in a circle, nor look for files beside themselves. Of `web/`: it takes the API's client and types from `src/`, and
// nothing else. Prints what offends and exits with 1. Tests are exempt.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type CallExpression, type Expression, type MetaProperty, parseSync, Visitor } from "oxc-parser";

/**
 * Room -> rank. A room may import rooms of a lower rank and itself. A new room gets its line here with its first file.
 */
export const RANKS: Readonly<Record<string, number>> = {
  base: 0,
  servers: 1,
  engine: 1,
  objects: 1,
  generation: 1,
  jobs: 1,
  data: 2,
  reasoning: 3,
  interests: 3,
  backbone: 3,
  evaluation: 3,
  training: 3,
  embedding: 4,
  recommenders: 5,
  browser: 6,
  runs: 6,
  pipeline: 7,
  server: 8,
  client: 9,
  mcp: 9,
  cli: 10,
};

/** Doors beside a room's `index.ts`: files that load little, where the whole room would load native parts. */
const SIDE_DOORS: ReadonlySet<string> = new Set([
  "engine/safetensors.ts", // reads and writes files without onnxruntime
  "recommenders/witnesses/mixture/weights.ts", // arithmetic alone, which browsers load too
  "data/sources/elsewhere/address.ts", // how addresses are shown, without what reads them
  "mcp/settings.ts", // names of options, without a run
  "engine/session/device.ts", // names of devices, for help texts
  // Lists of names for settings and help texts.
  "jobs/store.ts",
  "embedding/defaults.ts",
  "data/import-formats.ts",
  "data/explanations/sentence-kinds.ts",
  "data/protocols/protocol.ts",
  "embedding/encoders/pooling.ts",
  "embedding/text-source.ts",
  "reasoning/llm/language.ts",
  // The API as tables and types: clients load no server.
  "server/contract/addresses.ts",
  "server/contract/index.ts",
]);

/** What the explorer may take from `src/`: it talks HTTP, and shares the client and the types of the API. */
const WEB_DOORS: ReadonlySet<string> = new Set([
  "../src/client/index.ts",
  "../src/server/contract/addresses.ts",
  "../src/browser/api.ts",
]);

/** The build moves code: only this file knows from where (and modules for browsers, which lie where they are put). */
const KNOWS_ITS_PLACE = "base/product-files.ts";

export interface Violation {
  /** Path of the importing file below `src` or `web`, with forward slashes. */
  readonly file: string;
  /** The import as written. */
  readonly specifier: string;
  readonly reason: string;
}

interface Import {
  readonly from: string;
  readonly to: string;
  readonly specifier: string;
}

/** Everything below `sourceRoot` that breaks the plan, ordered by file. */
export async function findViolations(
  sourceRoot: string,
  ranks: Readonly<Record<string, number>> = RANKS,
): Promise<readonly Violation[]> {
  const files = await sourceFiles(sourceRoot);
  const known = new Set(files);
  const imports = (await Promise.all(files.map((file) => importsOf(sourceRoot, file)))).flat();
  const objections = imports.flatMap((one) => {
    const reason = objection(one, known, ranks);
    return reason === undefined ? [] : [{ file: one.from, specifier: one.specifier, reason }];
  });
  return [...objections, ...circles(files, imports), ...(await ownPlaces(sourceRoot, files))];
}

/** Files that look for others beside themselves. */
async function ownPlaces(root: string, files: readonly string[]): Promise<readonly Violation[]> {
  const bound = files.filter((file) => file !== KNOWS_ITS_PLACE && roomOf(file) !== "browser");
  const texts = await Promise.all(bound.map((file) => readFile(join(root, file), "utf8")));
  return bound.flatMap((file, i) => {
    const reason = `the build moves code; ${KNOWS_ITS_PLACE} says where files lie`;
    return asksForItsPlace(file, texts[i]!) ? [{ file, specifier: "import.meta", reason }] : [];
  });
}

/** To resolve packages from where it is, code may know; they are found from any place. */
function asksForItsPlace(file: string, text: string): boolean {
  if (!text.includes("import.meta")) return false;
  const asking = new Set<MetaProperty>();
  const visitor = new Visitor({
    MetaProperty: (node) => void (node.meta.name === "import" && asking.add(node)),
    "CallExpression:exit": (call) => void (isCreateRequire(call) && asking.delete(placeIn(call)!)),
  });
  visitor.visit(parsed(file, text));
  return asking.size > 0;
}

function isCreateRequire({ callee }: CallExpression): boolean {
  return callee.type === "Identifier" && callee.name === "createRequire";
}

/** The `import.meta` of a call with `import.meta.url`. */
function placeIn(call: CallExpression): MetaProperty | undefined {
  const [place] = call.arguments;
  if (place?.type !== "MemberExpression") return undefined;
  return place.object.type === "MetaProperty" ? place.object : undefined;
}

function parsed(file: string, text: string) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  return program;
}

/** Everything below `webRoot` that takes more of the product than its doors, ordered by file. */
export async function findReaches(webRoot: string): Promise<readonly Violation[]> {
  const files = await sourceFiles(webRoot);
  const imports = (await Promise.all(files.map((file) => importsOf(webRoot, file)))).flat();
  return imports
    .filter(({ to }) => to.startsWith("../") && !WEB_DOORS.has(to))
    .map(({ from, specifier }) => ({
      file: from,
      specifier,
      reason: `web takes ${[...WEB_DOORS].join(" and ")} alone`,
    }));
}

/** Ranks of rooms that do not exist below `sourceRoot`. */
export async function ghostRooms(
  sourceRoot: string,
  ranks: Readonly<Record<string, number>> = RANKS,
): Promise<readonly string[]> {
  const rooms = new Set((await sourceFiles(sourceRoot)).map(roomOf));
  return Object.keys(ranks).filter((room) => !rooms.has(room));
}

/** Product files below the root, with forward slashes, in order. */
async function sourceFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => below(root, join(entry.parentPath, entry.name)))
    .sort();
}

async function importsOf(root: string, from: string): Promise<readonly Import[]> {
  const specifiers = specifiersOf(from, await readFile(join(root, from), "utf8"));
  return specifiers
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from, specifier, to: below(root, resolve(root, dirname(from), specifier)) }));
}

/** All that a file imports or exports again, for values or types, at once or when it is needed. */
function specifiersOf(file: string, text: string): readonly string[] {
  const found: string[] = [];
  const take = ({ source }: { readonly source: Expression | null }) =>
    void (source?.type === "Literal" && typeof source.value === "string" && found.push(source.value));
  const visitor = new Visitor({
    ImportDeclaration: take,
    ExportNamedDeclaration: take,
    ExportAllDeclaration: take,
    ImportExpression: take,
    TSImportType: take,
  });
  visitor.visit(parsed(file, text));
  return found;
}

/** Why the import must not be; undefined when it may. */
function objection(
  { from, to }: Import,
  files: ReadonlySet<string>,
  ranks: Readonly<Record<string, number>>,
): string | undefined {
  if (to.startsWith("../")) return "leaves src";
  const [source, wanted] = [roomOf(from), roomOf(to)];
  if (source !== undefined && wanted === undefined) return `${source} reaches up to the front door`;
  if (source === wanted || wanted === undefined) return undefined;
  // Files directly in src are the package's front door: they may open every room, by its door.
  const rank = source === undefined ? Number.POSITIVE_INFINITY : ranks[source];
  const wantedRank = ranks[wanted];
  if (rank === undefined || wantedRank === undefined) {
    return `the room "${rank === undefined ? source : wanted}" has no rank in scripts/check-imports.ts`;
  }
  if (wantedRank >= rank) return `${source} (rank ${rank}) may not import ${wanted} (rank ${wantedRank})`;
  return isDoor(to, files) ? undefined : `passes by the front door of ${wanted}: ${doorOf(to, files)}`;
}

/**
 * A room's door is its `index.ts`; `settings.ts`, which holds schemas alone, is one too. Where it has none, every file
 * directly in it is a door, and so is the `index.ts` of each folder in it.
 */
function isDoor(path: string, files: ReadonlySet<string>): boolean {
  return SIDE_DOORS.has(path) || path.endsWith("/settings.ts") || path === doorOf(path, files);
}

function doorOf(path: string, files: ReadonlySet<string>): string {
  const [room, folder, ...rest] = path.split("/");
  const front = `${room}/index.ts`;
  if (files.has(front)) return front;
  return rest.length === 0 ? path : `${room}/${folder}/index.ts`;
}

/** One violation for each circle: files that all reach each other, named once, at the first of them. */
function circles(files: readonly string[], imports: readonly Import[]): readonly Violation[] {
  const next = new Map<string, Import[]>(files.map((file) => [file, []]));
  for (const one of imports) if (next.has(one.to)) next.get(one.from)!.push(one);
  const told = new Set<string>();
  return files.flatMap((file) => {
    if (told.has(file)) return [];
    const circle = shortestCircle(file, next);
    if (circle === undefined) return [];
    for (const { from } of circle) told.add(from);
    const way = circle.map(({ to }) => to).join(" > ");
    return [{ file, specifier: circle[0]!.specifier, reason: `is a circle: ${file} > ${way}` }];
  });
}

/** The imports of a shortest way from a file back to itself, by breadth-first search. */
function shortestCircle(start: string, next: ReadonlyMap<string, readonly Import[]>): readonly Import[] | undefined {
  const ways: (readonly Import[])[] = next.get(start)!.map((one) => [one]);
  const seen = new Set<string>();
  for (const way of ways) {
    const at = way.at(-1)!.to;
    if (at === start) return way;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const one of next.get(at)!) ways.push([...way, one]);
  }
  return undefined;
}

function below(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

function roomOf(path: string): string | undefined {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined;
}

async function main(): Promise<void> {
  const root = resolve(import.meta.dirname, "../src");
  const violations = await findViolations(root);
  for (const { file, specifier, reason } of violations) console.error(`src/${file} -> ${specifier}: ${reason}`);
  const reaches = await findReaches(resolve(import.meta.dirname, "../web"));
  for (const { file, specifier, reason } of reaches) console.error(`web/${file} -> ${specifier}: ${reason}`);
  const ghosts = await ghostRooms(root);
  for (const room of ghosts) console.error(`scripts/check-imports.ts: the room "${room}" has a rank and no file`);
  if (violations.length + reaches.length + ghosts.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();

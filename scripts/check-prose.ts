// Checks words: lines of prose and comments up to 120 characters; links, quoted paths, npm scripts, commands and pages
// that comments cite exist; no commit hash in a reader's page. Prints what offends and exits with 1.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

const WIDTH = 120;
/** Pages that programs write: their lines are as long as their figures. */
const WRITTEN = ["docs/results.md", "docs/generative-matrix.md"];

/** Everything that the check knows of the repository. Paths are relative to its root, with forward slashes. */
export interface Repository {
  /** Every file, folders too. */
  readonly paths: ReadonlySet<string>;
  readonly scripts: ReadonlySet<string>;
  /** Words after `isrf`, such as "train" or "data import". */
  readonly commands: ReadonlySet<string>;
  /** Text of the Markdown pages, for anchors. */
  readonly pages: ReadonlyMap<string, string>;
}

/** What is wrong with a Markdown page, as "line: complaint". */
export function pageComplaints(path: string, text: string, repository: Repository): readonly string[] {
  const complaints: string[] = [];
  const isWritten = WRITTEN.includes(path);
  const isHistory = isWritten || path.startsWith("docs/decisions/");
  for (const { line, number, isCode } of numbered(text)) {
    const say = (complaint: string) => complaints.push(`${number}: ${complaint}`);
    if (!isCode && !isWritten && isTooLong(line) && !line.startsWith("|"))
      say(`has ${line.length} characters, more than ${WIDTH}`);
    if (!isHistory && /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/.test(line)) say("names a commit");
    const quoted = isCode ? [line] : [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    for (const words of quoted) for (const missing of missingWords(words, isCode, repository)) say(missing);
    if (isCode) continue;
    for (const [, target] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (!/^[a-z]+:/.test(target!) && !hasTarget(path, target!, repository))
        say(`links to ${target}, which is not there`);
    }
  }
  return complaints;
}

/** What is wrong with the comments of a source file. */
export function commentComplaints(text: string, repository: Repository): readonly string[] {
  return text.split("\n").flatMap((line, i) => {
    if (!/^\s*(\/\/|\/?\*)/.test(line)) return [];
    const wide = isTooLong(line) ? [`${i + 1}: has ${line.length} characters, more than ${WIDTH}`] : [];
    const cited = [...line.matchAll(/\b(docs\/[\w./-]+\.md)(?:, ([AL]\d+)|, "([^"]+)")?/g)];
    const lost = cited.filter(([, page, row, heading]) => !isCited(repository.pages.get(page!), row, heading));
    return [...wide, ...lost.map(([citation]) => `${i + 1}: cites ${citation}, which is not there`)];
  });
}

function isCited(page: string | undefined, row: string | undefined, heading: string | undefined): boolean {
  if (page === undefined || (row !== undefined && !page.includes(`\n| ${row} |`))) return false;
  return heading === undefined || headings(page).includes(heading);
}

/**
 * Paths, npm scripts and commands that a piece of code names and the repository lacks. Words in capitals are the
 * reader's.
 */
function missingWords(words: string, isBlock: boolean, { paths, scripts, commands }: Repository): readonly string[] {
  const missing: string[] = [];
  for (const [, script] of words.matchAll(/\bnpm run ([a-z][\w:-]*)/g)) {
    if (!scripts.has(script!)) missing.push(`names npm run ${script}, which is not there`);
  }
  for (const [, first, second] of words.matchAll(/(?:^|&& |npx |-- )isrf ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)) {
    if (!commands.has(first!) && !commands.has(`${first} ${second}`)) missing.push(`names isrf ${first}, no command`);
  }
  const path = isBlock ? undefined : words.match(/^(?:[\w.-]+\/)+[\w-]+\.(?:ts|mjs|sh|py|md|json|ya?ml|csv)$/)?.[0];
  const folder = isBlock
    ? undefined
    : words.match(/^(?:src|docs|test|scripts|bench|examples|peers)(?:\/[\w.-]+)*\/?$/)?.[0];
  const known = (wanted: string) => [...paths].some((each) => each === wanted || each.endsWith(`/${wanted}`));
  if (path !== undefined && !/[A-Z]{3}/.test(path) && !known(path)) missing.push(`names ${path}, which is not there`);
  if (folder?.includes("/") && !paths.has(folder.replace(/\/$/, "")))
    missing.push(`names ${folder}, which is not there`);
  return missing;
}

function hasTarget(from: string, target: string, { paths, pages }: Repository): boolean {
  const [file, anchor] = target.split("#");
  const path = file === "" ? from : join(dirname(from), file!).split(sep).join("/").replace(/\/$/, "");
  if (!paths.has(path)) return false;
  return anchor === undefined || anchorsOf(pages.get(path) ?? "").has(anchor);
}

function headings(page: string): readonly string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!);
}

/** As GitHub makes them: small letters, spaces to hyphens, other marks dropped. */
function anchorsOf(page: string): ReadonlySet<string> {
  return new Set(
    headings(page).map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replace(/ /g, "-"),
    ),
  );
}

/** A line that could be shorter: one long word, such as an address, could not. */
function isTooLong(line: string): boolean {
  return (
    line.length > WIDTH &&
    line
      .trim()
      .replace(/^(\/\/|\*|[-*]) /, "")
      .includes(" ")
  );
}

function numbered(text: string): readonly { line: string; number: number; isCode: boolean }[] {
  let isFenced = false;
  return text.split("\n").map((line, i) => {
    const isFence = line.trimStart().startsWith("```");
    if (isFence) isFenced = !isFenced;
    return { line, number: i + 1, isCode: isFenced || isFence };
  });
}

/** The words of each command, read from the objects that declare them, since to load those loads everything. */
async function commandNames(root: string): Promise<ReadonlySet<string>> {
  const folder = join(root, "src/cli/commands");
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")));
  const paths = texts.flatMap((text) => [...text.matchAll(/\bpath: \[([^\]]+)\]/g)].map((match) => match[1]!));
  return new Set(paths.map((words) => words.replace(/["\s]/g, "").split(",").join(" ")));
}

/** Files and folders of the repository, without what is installed or built. */
async function pathsBelow(root: string): Promise<readonly string[]> {
  const roots = ["docs", "src", "test", "scripts", "bench", "examples", "peers", "results"];
  const lists = roots.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true });
    return [folder, ...entries.map((path) => join(folder, path).split(sep).join("/"))];
  });
  const below = (await Promise.all(lists)).flat().filter((path) => !/\/(node_modules|\.venv[\w-]*)(\/|$)/.test(path));
  const own = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isFile());
  return [...own.map(({ name }) => name), ...below];
}

async function main(): Promise<void> {
  const root = resolve(import.meta.dirname, "..");
  const paths = await pathsBelow(root);
  const read = async (path: string) => [path, await readFile(join(root, path), "utf8")] as const;
  const pages = new Map(await Promise.all(paths.filter((path) => path.endsWith(".md")).map(read)));
  const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const commands = await commandNames(root);
  const repository = { paths: new Set(paths), scripts: new Set(Object.keys(scripts)), commands, pages };
  const isSource = (path: string) => /^(src|test|scripts|bench|examples)\/.*\.ts$/.test(path);
  const sources = await Promise.all(paths.filter(isSource).map(read));
  const isChecked = (path: string) => !path.startsWith("results/");
  const complaints = [
    ...[...pages].flatMap(([path, text]) =>
      isChecked(path) ? pageComplaints(path, text, repository).map((words) => `${path}:${words}`) : [],
    ),
    ...sources.flatMap(([path, text]) => commentComplaints(text, repository).map((words) => `${path}:${words}`)),
  ];
  for (const words of complaints) console.error(words);
  if (complaints.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();

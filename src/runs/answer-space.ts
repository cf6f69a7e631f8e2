// Which items may be answered: the catalogue, narrowed by what people ask for. Systems search among these alone
// (`SequentialRequest.among`), so that a list is as long with filters as without.
import { UsageError } from "../base/errors.ts";
import type { Report } from "../base/progress.ts";
import type { Given } from "../base/settings.ts";
import { type Dataset, fitsAll, type ItemCondition, itemCondition, readIdList } from "../data/index.ts";
import type { ItemIds } from "./item-ids.ts";
import type { filterSettings } from "./settings.ts";

export type Filters = Given<typeof filterSettings>;

export interface AnswerSpace {
  /** Item indices, ascending; undefined: the catalogue. */
  readonly items: Int32Array | undefined;
  readonly count: number;
  /** What holds of its items: "that fit category=tea, are in stock.csv"; empty for the catalogue. */
  readonly words: string;
}

/** What one filter asks, and of which items it holds. */
interface Step {
  readonly words: string;
  readonly holds: (item: number) => boolean;
}

/**
 * The items of `dataset` that fit all filters.
 * @throws UsageError for a condition or an id that nothing fits, and where nothing is left, step by step; InputError
 *   for a file that cannot be read.
 */
export async function answerSpace(
  dataset: Dataset,
  ids: ItemIds,
  filters: Filters,
  report: Report,
  signal?: AbortSignal,
): Promise<AnswerSpace> {
  const steps = [
    ...conditionSteps(dataset, filters),
    ...(await fileSteps(ids, filters, report, signal)),
    ...(await excludeSteps(ids, filters)),
  ];
  if (steps.length === 0) return { items: undefined, count: dataset.items.length, words: "" };
  let items = Int32Array.from(dataset.items.keys());
  const left: string[] = [];
  for (const { words, holds } of steps) {
    items = items.filter(holds);
    left.push(`${items.length} ${words}`);
    if (items.length === 0) throw nothingLeft(dataset.items.length, left);
  }
  return { items, count: items.length, words: `that ${steps.map(({ words }) => words).join(", ")}` };
}

function nothingLeft(whole: number, left: readonly string[]): UsageError {
  return new UsageError(`No item is left to answer: of ${whole}, ${left.join("; of these ")}. Loosen the last filter.`);
}

function conditionSteps({ items }: Dataset, { only = [], not = [] }: Filters): Step[] {
  const [wanted, unwanted] = [
    only.map((words) => itemCondition(words, "--only", items)),
    not.map((words) => itemCondition(words, "--not", items)),
  ];
  return [
    ...(wanted.length === 0
      ? []
      : [{ words: `fit ${wordsOf(wanted)}`, holds: (item: number) => fitsAll(items[item]!, wanted, []) }]),
    ...unwanted.map((condition) => ({
      words: `do not fit ${condition.words}`,
      holds: (item: number) => !condition.fits(items[item]!),
    })),
  ];
}

/** "category=tea or category=mug, price<=20": alternatives of a field together. */
function wordsOf(conditions: readonly ItemCondition[]): string {
  const groups = new Map<string, string[]>();
  for (const { words, field, isAlternative } of conditions) {
    const key = isAlternative ? field : words;
    groups.set(key, [...(groups.get(key) ?? []), words]);
  }
  return [...groups.values()].map((words) => words.join(" or ")).join(" and ");
}

async function fileSteps(
  ids: ItemIds,
  { available, excludeFile }: Filters,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (const [file, isWanted] of [
    [available, true],
    [excludeFile, false],
  ] as const) {
    if (file === undefined) continue;
    const listed = await itemsIn(file, ids, isWanted, report, signal);
    const words = isWanted ? `are in ${file}` : `are not in ${file}`;
    steps.push({ words, holds: (item) => listed.has(item) === isWanted });
  }
  return steps;
}

async function itemsIn(
  file: string,
  ids: ItemIds,
  isWanted: boolean,
  report: Report,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<number>> {
  const isKnown = (id: string): boolean => ids.has(id);
  const listed = await readIdList(file, { of: "item", columnTodo: "Keep that column alone.", isKnown, signal });
  const { items } = ids.find(listed.map(({ id }) => id).filter(isKnown));
  const strange = listed.filter(({ id }) => !isKnown(id));
  if (strange.length > 0) {
    const { id, line } = strange[0]!;
    const message = `${file}: ${strange.length} of ${listed.length} ids are no items of the dataset, such as ${id} (line ${line}); they are passed over.`;
    if (isWanted && items.length === 0) throw new UsageError(`${message} ${await ids.wordsAbout([id])}`);
    report({ kind: "warning", message });
  }
  return new Set(items);
}

/** So many excluded ids a sentence lists. */
const NAMED = 5;

async function excludeSteps(ids: ItemIds, { exclude = [] }: Filters): Promise<Step[]> {
  if (exclude.length === 0) return [];
  const excluded = new Set(await ids.require(exclude));
  const words = excluded.size > NAMED ? `are not among ${excluded.size} excluded` : `are not ${exclude.join(",")}`;
  return [{ words, holds: (item) => !excluded.has(item) }];
}

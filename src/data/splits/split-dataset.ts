// A dataset in which new items, new users or a later time are measured: another directory, which trains and evaluates
// as any other. What is held out stands in its questions alone, so that nothing that trains can see it.
import { resolve } from "node:path";
import { InputError, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { keptShop } from "../append/whole-shop.ts";
import type { Dataset, DatasetManifest } from "../dataset.ts";
import { candidatePool } from "../draw-candidates.ts";
import { carriedExplanations } from "../explanations/explanations-file.ts";
import { openDataset } from "../open-dataset.ts";
import type { RawShop } from "../raw-shop.ts";
import { translate } from "../renumber.ts";
import { splitSettings } from "../settings.ts";
import { checkDestination, stoppedWords, writeDataset } from "../write-dataset.ts";
import { timePlan } from "./by-time.ts";
import { coldItemsPlan } from "./cold-items.ts";
import { coldUsersPlan } from "./cold-users.ts";
import { type DatasetSplit, heldOutAtEnd, type SplitRule, splitWords } from "./dataset-split.ts";
import { questionsHash, writeQuestions } from "./questions-file.ts";
import { readRule } from "./read-rule.ts";
import { splitAlready } from "./split-already.ts";
import type { SplitPlan } from "./split-plan.ts";

export interface SplitOptions extends Given<typeof splitSettings> {
  /** When it fires, the work stops before the new directory moves into place. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Write the dataset in `directory`, without what the rule holds out, to `options.out`.
 * @throws UsageError for none or several rules, a dataset that was split already, or `out` that is the dataset or
 *   exists; InputError for a rule that leaves nothing to train on or to ask.
 */
export function splitDataset(directory: string, options: SplitOptions, report: Report = silent): Promise<Dataset> {
  return stoppable(options.signal, stoppedWords(options.out), () => readAndWrite(directory, options, report));
}

async function readAndWrite(directory: string, options: SplitOptions, report: Report): Promise<Dataset> {
  const settings = settingsOf("data-split", splitSettings, options);
  const { out, overwrite } = settings;
  if (resolve(out) === resolve(directory)) {
    throw new UsageError(`--out ${out} is the dataset itself, which stays. Name another directory for its split.`);
  }
  await checkDestination(out, overwrite);
  const source = await openDataset(directory, report);
  const { manifest } = source;
  if (manifest.split !== undefined) throw splitAlready(directory, manifest.split, "Take");
  const shop = await keptShop(source);
  const rule = readRule(settings, shop, directory);
  const plan = planOf(shop, rule);
  refuseEmpty(plan, rule, directory);
  const split = describe(source, plan, rule);
  const explanations = await carriedExplanations(source, plan.shop);
  const provenance = { files: manifest.inputs, options: manifest.options, split, explanations };
  const written = { out, overwrite, name: settings.name, domain: manifest.domain, seed: manifest.seed };
  return writeDataset(plan.shop, { ...written, signal: options.signal }, provenance, report, (temporary, newNumber) => {
    const hidden = heldOutAtEnd(split);
    const prefixes = plan.shop.sequences.map((items) => translate(items.subarray(0, -hidden), newNumber));
    const whole = shop.sequences.map((items) => translate(items, newNumber));
    const pool = candidatePool(whole, shop.items.length, manifest.options);
    return writeQuestions(temporary, { ...plan, newNumber, prefixes, pool });
  });
}

function planOf(shop: RawShop, rule: SplitRule): SplitPlan {
  switch (rule.kind) {
    case "cold-items":
      return coldItemsPlan(shop, rule.share, rule.seed);
    case "cold-users":
      return coldUsersPlan(shop, rule.share, rule.seed);
    case "time":
      return timePlan(shop, rule.from);
    default:
      return rule satisfies never;
  }
}

function refuseEmpty({ shop, questions }: SplitPlan, rule: SplitRule, where: string): void {
  const isAsked = questions.some(({ split }) => split === "test");
  if (shop.users.length > 0 && isAsked) return;
  throw new InputError({
    where,
    found: shop.users.length === 0 ? "no user with enough left to train on" : "no test question",
    expected: `something to train on and somebody to ask after a split (${splitWords(rule)})`,
    todo: rule.kind === "time" ? "Choose another time." : "Choose another share or seed.",
  });
}

function describe({ manifest, hash }: Dataset, plan: SplitPlan, rule: SplitRule): DatasetSplit {
  const { questions, shop, unknownItems, leftOutUsers } = plan;
  const asked = (name: string) => questions.filter(({ split }) => split === name);
  const itemIds = shop.items.map(({ itemId }) => itemId);
  return {
    rule,
    source: sourceOf(manifest, hash),
    coldItems: unknownItems,
    newUsers: asked("test").filter(({ user }) => user === undefined).length,
    leftOutUsers,
    asked: { valid: asked("valid").length, test: asked("test").length },
    questions: questionsHash(questions, itemIds),
  };
}

function sourceOf({ name }: DatasetManifest, hash: string): DatasetSplit["source"] {
  return { name, hash };
}

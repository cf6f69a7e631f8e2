// Why a run recommends what it does. docs/explanations.md states the method.
import { stopIf, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { withChosenTerms } from "../../runs/chosen-terms.ts";
import { tellStaleness } from "../../runs/later-version.ts";
import { type OpenRun, userIndexOf } from "../../runs/run.ts";
import { openRunEmbeddings, trainedDataset } from "../../runs/run-embeddings.ts";
import { withRun } from "../../runs/with-run.ts";
import { EvidenceExplainer } from "./evidence-explainer.ts";
import { type Explainer, STOPPED } from "./explainer.ts";
import type { Explanation } from "./explanation.ts";
import { InterestExplainer } from "./interest-explainer.ts";
import { explanationSettings } from "./settings.ts";
import { UserContexts } from "./user-context.ts";

export interface ExplainOptions extends Given<typeof explanationSettings> {
  readonly report?: Report | undefined;
  /** Stops between two questions to the model. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Explain a run's recommendations for one user; the run by its directory or opened. @throws as `openRun`,
 * `withChosenTerms` and `openExplainer`.
 */
export async function explain(run: string | OpenRun, options: ExplainOptions): Promise<Explanation> {
  const { user, top, favourNew, ...place } = settingsOf("explain", explanationSettings, options);
  const { report, signal } = options;
  return withRun(
    run,
    place,
    async (opened) => {
      stopIf(signal, STOPPED);
      tellStaleness(opened, report ?? silent);
      refuseNewcomer(opened, user);
      const explainer = await openExplainer(withChosenTerms(opened, { favourNew }), report);
      return explainer.explain({ userIndex: await userIndexOf(opened.dataset, user), top, signal });
    },
    { acceptsLater: true, addedItems: true },
  );
}

/** @throws UsageError for somebody of whom the model learnt nothing. */
function refuseNewcomer({ directory, later }: OpenRun, user: string): void {
  if (later?.newcomers.has(user) !== true) return;
  throw new UsageError(
    `user ${user} came after ${directory} was trained, which has no interests of theirs to tell apart. Train again from it: isrf train ${later.staleness.dataset} --from ${directory} --out NEW.`,
  );
}

/**
 * What explanations of several users share. It does not own `run`.
 * @throws UsageError for a model that cannot be explained; InputError when the run's embeddings are gone or changed.
 */
export async function openExplainer(run: OpenRun, report: Report = silent): Promise<Explainer> {
  const { explainer, evidence } = run.recommender;
  if (explainer === undefined && evidence === undefined)
    throw new UsageError(
      `${run.config.model} has no explanations: it has no individual and group interests to tell apart.`,
    );
  const contexts = await openUserContexts(run, evidence?.neighbours ?? explainer!.neighbours, report);
  if (evidence !== undefined) return new EvidenceExplainer(contexts, evidence);
  return new InterestExplainer(contexts, explainer!);
}

/** Kept with the split, which a run of whose items other things are said by now shares with the one before. */
const kept = new WeakMap<OpenRun["split"], ReturnType<typeof openRunEmbeddings>>();

function embeddingsOf(run: OpenRun): ReturnType<typeof openRunEmbeddings> {
  const known = kept.get(run.split) ?? openRunEmbeddings(run);
  kept.set(run.split, known);
  known.catch(() => kept.delete(run.split));
  return known;
}

/** Who is like whom and what was reasoned about them, by the texts of a run. @throws as `openExplainer`. */
export async function openUserContexts(
  run: OpenRun,
  neighbours: number,
  report: Report = silent,
): Promise<UserContexts> {
  const embeddings = await embeddingsOf(run);
  if (embeddings === undefined)
    throw new UsageError(`${run.directory} was trained without texts: nothing tells which users are similar.`);
  return new UserContexts(run, { embeddings, dataset: await trainedDataset(run) }, neighbours, report);
}

// The reasoning stage: every item's chain, then every user's (which quote their items' FEATURE texts), through the journal.
import { CancelledError } from "../base/errors.ts";
import { productVersion } from "../base/product-version.ts";
import { type Report, silent } from "../base/progress.ts";
import type { Dataset, Split } from "../data/dataset.ts";
import {
  type ChainTally,
  emptyTally,
  fromReasoner,
  itemSubject,
  Journal,
  journalPath,
  type PartialChain,
  PROMPT_VERSION,
  type Reasoner,
  type ReasoningManifest,
  STEPS,
  userSubject,
  walkChain,
  writeReasoningManifest,
} from "../reasoning/index.ts";

export interface ReasonOptions {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly reasoner: Reasoner;
  /** Seed of the users' history subsets. */
  readonly seed: number;
  readonly report?: Report;
  /** Stops between answers with `CancelledError`; finished answers are kept. */
  readonly signal?: AbortSignal;
}

export interface ReasonResult {
  /** Who wrote the texts, e.g. "rule-based (offline)". */
  readonly source: string;
  /** `complete`: subjects with all three texts. */
  readonly items: { readonly subjects: number; readonly complete: number };
  readonly users: { readonly subjects: number; readonly complete: number };
  readonly tally: Readonly<ChainTally>;
  readonly seconds: number;
}

/** Chains between two looks at the event loop: commits, signals and progress get their turn. */
const TURN_CHAINS = 64;

/**
 * Write or complete a dataset's chain texts (`dataset/reasoning/`). What the journal holds is not asked again.
 * @throws CancelledError when stopped; OperationError when the reasoner or the disk fails. Run again to resume.
 */
export async function reasonDataset(options: ReasonOptions): Promise<ReasonResult> {
  const { dataset, split, reasoner, seed, report = silent } = options;
  const start = performance.now();
  const manifest: ReasoningManifest = {
    format: 1,
    kind: "reasoning",
    provider: reasoner.kind,
    model: reasoner.model,
    label: reasoner.label,
    parameters: reasoner.parameters,
    promptVersion: PROMPT_VERSION,
    seed,
    datasetHash: dataset.hash,
    productVersion: productVersion(),
  };
  report({ kind: "stage", stage: "reason", detail: `${reasoner.label}, ${reasoner.model}` });
  using journal = Journal.open(journalPath(dataset.directory));
  await writeReasoningManifest(dataset.directory, manifest);
  const tally = emptyTally();
  const ask = fromReasoner(journal, reasoner, tally, options.signal);
  const run = async (
    unit: "items" | "users",
    count: number,
    subject: (index: number) => Parameters<typeof walkChain>[0],
  ) => {
    const chains = new Array<PartialChain>(count);
    await forEachIndex(count, reasoner.concurrency, options.signal, async (index, done) => {
      chains[index] = await walkChain(subject(index), dataset.manifest.domain, ask);
      if (done % TURN_CHAINS === 0 || done === count) {
        report({ kind: "step", stage: "reason", done, total: count, unit });
        await new Promise(setImmediate);
      }
    });
    return chains;
  };
  const items = await run("items", dataset.items.length, (i) => itemSubject(dataset, i));
  const features = items.map(({ feature }) => feature);
  const users = await run("users", dataset.users.length, (u) => userSubject(dataset, split, features, u, seed));
  journal.flush();
  const counts = { items: countComplete(items), users: countComplete(users) };
  await writeReasoningManifest(dataset.directory, { ...manifest, counts });
  return { source: reasoner.label, ...counts, tally, seconds: (performance.now() - start) / 1000 };
}

/** Runs `work` for 0..count-1 with `lanes` under way at once. @throws CancelledError when the signal fires. */
async function forEachIndex(
  count: number,
  lanes: number,
  signal: AbortSignal | undefined,
  work: (index: number, done: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < count && !failed) {
      if (signal?.aborted) throw new CancelledError("Reasoning was stopped; finished answers are kept.");
      const index = next++;
      await work(index, next);
    }
  };
  const stopAll = (error: unknown) => {
    failed = true;
    throw error;
  };
  const outcomes = await Promise.allSettled(Array.from({ length: lanes }, () => lane().catch(stopAll)));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}

function countComplete(chains: readonly PartialChain[]) {
  const complete = chains.filter((chain) => STEPS.every((step) => chain[step] !== undefined)).length;
  return { subjects: chains.length, complete };
}

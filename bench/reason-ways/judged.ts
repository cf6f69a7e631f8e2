// The whole chains of some users and their items, by the checks of `isrf reason judge`, which reads whole runs alone.
import { type Dataset, splitOf } from "../../src/data/index.ts";
import type { planReasoning } from "../../src/pipeline/reason/index.ts";
import {
  CHECKS,
  type Check,
  fromJournal,
  historyOf,
  isComplete,
  itemSubject,
  Journal,
  journalPath,
  type PartialChain,
  type PromptSet,
  type Step,
  type Subject,
  scoreChain,
  userSubject,
  walkChain,
} from "../../src/reasoning/index.ts";

type Plan = Awaited<ReturnType<typeof planReasoning>>;

interface JudgedKind {
  /** Chains with all three texts. */
  complete: number;
  /** Those of them that pass every check. */
  passedAll: number;
  readonly passed: Record<Check, number>;
}

/** @param prompts those of `plan`. */
export async function judgedByKind(dataset: Dataset, plan: Plan, prompts: PromptSet) {
  const { kind, model, parameters } = plan.reasoner;
  const { adaptItems, adaptUsers } = plan;
  using journal = Journal.read(journalPath(dataset.directory));
  const answer = fromJournal(journal, { kind, model, parameters, adaptItems, adaptUsers });
  const wording = { domain: dataset.manifest.domain, prompts };
  const found = { items: nothing(), users: nothing() };
  const judge = async (subject: Subject, into: JudgedKind): Promise<PartialChain> => {
    const asked: Partial<Record<Step, string>> = {};
    const texts = await walkChain(subject, wording, (request) => {
      asked[request.step] = request.prompt;
      return answer(request);
    });
    if (isComplete(texts)) count(into, scoreChain({ texts, prompts: asked as Record<Step, string> }));
    return texts;
  };
  const split = splitOf(dataset);
  const users = plan.onlyUsers ?? [...dataset.users.keys()];
  const features: (string | undefined)[] = [];
  for (const i of new Set(users.flatMap((u) => historyOf(dataset, split, u, plan)))) {
    features[i] = (await judge(itemSubject(dataset, i), found.items)).feature;
  }
  for (const u of users) await judge(userSubject(dataset, split, features, u, plan), found.users);
  return found;
}

function nothing(): JudgedKind {
  const passed = Object.fromEntries(Object.keys(CHECKS).map((check) => [check, 0])) as Record<Check, number>;
  return { complete: 0, passedAll: 0, passed };
}

function count(into: JudgedKind, score: Readonly<Record<Check, boolean>>): void {
  const checks = Object.keys(CHECKS) as Check[];
  into.complete++;
  if (checks.every((check) => score[check])) into.passedAll++;
  for (const check of checks) if (score[check]) into.passed[check]++;
}

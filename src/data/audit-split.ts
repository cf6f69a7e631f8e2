// Of a split dataset: that nothing of what it holds out stands in training, and that its questions can be asked.
import type { AuditCheck } from "./audit-check.ts";
import type { Dataset, Split } from "./dataset.ts";
import { splitWords } from "./splits/dataset-split.ts";
import {
  type HeldOutQuestions,
  loadColdItems,
  loadQuestionCandidates,
  loadQuestions,
} from "./splits/questions-file.ts";

/** Nothing for any other dataset. @throws InputError when questions or negatives cannot be read or are damaged. */
export async function splitChecks(dataset: Dataset, split: Split): Promise<AuditCheck[]> {
  const { manifest } = dataset;
  if (manifest.split === undefined) return [];
  const questions = [(await loadQuestions(dataset, "valid"))!, (await loadQuestions(dataset, "test"))!];
  for (const each of questions) {
    for (const kind of ["uniform", "popularity"] as const) await loadQuestionCandidates(dataset, each, kind);
  }
  const [valid, test] = questions.map(({ targets }) => targets.length);
  return [
    {
      name: "questions",
      verdict: test === manifest.split.asked.test && valid === manifest.split.asked.valid ? "ok" : "fail",
      finding: `${test} test and ${valid} validation questions (${splitWords(manifest.split.rule)}), each with distinct negatives that its user does not have.`,
      numbers: { test: test!, valid: valid! },
    },
    newUsers(dataset, questions),
    answersInTraining(split, questions),
    ...(await coldItems(dataset, split)),
  ];
}

function newUsers({ users }: Dataset, questions: readonly HeldOutQuestions[]): AuditCheck {
  const trained = new Set(users);
  const asked = new Set(questions.flatMap((each) => each.users.filter((_, place) => each.userIndices[place]! < 0)));
  const known = [...asked].filter((id) => trained.has(id)).length;
  return {
    name: "new-users",
    leak: "L1",
    verdict: known === 0 ? "ok" : "fail",
    finding: `${known} of ${asked.size} users who are asked as new ones stand in training.`,
    numbers: { asked: asked.size, inTraining: known },
  };
}

function answersInTraining({ prefixes }: Split, questions: readonly HeldOutQuestions[]): AuditCheck {
  let leaked = 0;
  let knowing = 0;
  for (const { userIndices, histories, targets } of questions) {
    userIndices.forEach((user, place) => {
      if (prefixes[user]?.includes(targets[place]!)) leaked++;
      if (histories[place]!.includes(targets[place]!)) knowing++;
    });
  }
  return {
    name: "held-out-answers",
    leak: "L1",
    verdict: leaked + knowing === 0 ? "ok" : "fail",
    finding: `${leaked} questions have their answer in the user's training prefix, ${knowing} in the history that they show.`,
    numbers: { inTraining: leaked, inHistory: knowing },
  };
}

async function coldItems(dataset: Dataset, { prefixes }: Split): Promise<AuditCheck[]> {
  const items = await loadColdItems(dataset);
  if (items === undefined) return [];
  const isCold = new Set(items);
  const found = prefixes.reduce((sum, prefix) => sum + prefix.filter((item) => isCold.has(item)).length, 0);
  return [
    {
      name: "cold-items",
      leak: "L1",
      verdict: found === 0 ? "ok" : "fail",
      finding: `${items.length} cold items occur ${found} times in training prefixes.`,
      numbers: { items: items.length, occurrences: found },
    },
  ];
}

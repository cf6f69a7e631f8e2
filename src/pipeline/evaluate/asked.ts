// What an evaluation asks of a dataset: every user's last items or, where `isrf data split` made it, its own questions.
import {
  type CandidateKind,
  type Candidates,
  type Dataset,
  loadCandidates,
  loadColdItems,
  loadQuestionCandidates,
  loadQuestions,
  type Split,
  type SplitName,
} from "../../data/index.ts";
import { lastItems, type Panel } from "./questions.ts";

const CANDIDATE_KINDS: readonly CandidateKind[] = ["uniform", "popularity"];

export interface Asked {
  /** Everybody who may be asked. */
  readonly panel: Panel;
  /** Items of which training saw nothing: the sequential task is asked among them too. Absent: it is not. */
  readonly coldItems?: Int32Array | undefined;
  /**
   * How negatives of direct questions are drawn. Not by popularity where all answers are cold items: no negative is one
   * then, and a system that knows how candidates were drawn names the answer without knowing anything of it.
   */
  readonly candidateKinds: readonly CandidateKind[];
  /** External ids of those who are in no training. */
  readonly newUserIds?: readonly string[] | undefined;
  /** Stored negatives, by `panel.rows`. */
  negatives(kind: CandidateKind): Promise<Candidates>;
}

export async function askedOf(dataset: Dataset, split: Split, name: SplitName): Promise<Asked> {
  const questions = await loadQuestions(dataset, name);
  if (questions === undefined) {
    return {
      panel: lastItems(dataset, split, name),
      candidateKinds: CANDIDATE_KINDS,
      negatives: (kind) => loadCandidates(dataset, name, kind),
    };
  }
  const { userIndices, histories, targets } = questions;
  const newUserIds = questions.users.filter((_, row) => userIndices[row]! < 0);
  const rows = Int32Array.from(userIndices.keys());
  const users = userIndices.map((user, row) => (user < 0 ? split.nUsers + row : user));
  const coldItems = await loadColdItems(dataset);
  return {
    panel: { nKnown: split.nUsers, users, rows, histories, targets },
    coldItems,
    candidateKinds: coldItems === undefined ? CANDIDATE_KINDS : ["uniform"],
    newUserIds,
    negatives: (kind) => loadQuestionCandidates(dataset, questions, kind),
  };
}

// How far a judge agrees with people, on replies that were read and labelled by hand.
import { type Agreement, agreement, readLabelledReplies } from "../../reasoning/index.ts";
import { askJudge, type JudgeAsking, type JudgeCost } from "./ask-judge.ts";

export interface Calibration extends JudgeCost {
  /** Labelled replies that it was asked about, and those of them that people call usable. */
  readonly replies: number;
  readonly usable: number;
  /** Replies that it calls usable, of those on which it said yes or no. */
  readonly calledUsable: number;
  /** Between the judge and the labels, where it said yes or no. */
  readonly agreement: Agreement;
}

/**
 * Asks a judge of single replies (`REPLY_QUESTIONS`) about the labelled ones. What it said is kept: the next time
 * nothing is asked.
 * @throws as `askJudge`.
 */
export async function calibrate(asking: JudgeAsking): Promise<Calibration> {
  const labelled = await readLabelledReplies();
  const about = labelled.map(({ data, question, reply }) => ({ data, texts: { QUESTION: question, REPLY: reply } }));
  const { verdicts, cost } = await askJudge(about, asking, "labelled replies");
  const pairs = [...verdicts].map(([place, { usable }]) => [usable === true, labelled[place]!.isUsable] as const);
  return {
    replies: labelled.length,
    usable: labelled.filter(({ isUsable }) => isUsable).length,
    calledUsable: pairs.filter(([says]) => says).length,
    agreement: agreement(pairs),
    ...cost,
  };
}

// Questions to a model that judges, each put once: what it said is kept beside the texts.
import { stopIf } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import {
  type JudgedTexts,
  type ModelJudge,
  refuseSilentJudge,
  VerdictLog,
  type Verdicts,
  verdictKey,
} from "../../reasoning/index.ts";
import { runLanes } from "./lanes.ts";

export interface JudgeCost {
  readonly asked: number;
  /** Found among the verdicts of earlier runs. */
  readonly reused: number;
  /** Replies that said neither yes nor no. */
  readonly unclear: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface JudgeAsking {
  readonly judge: ModelJudge;
  /** The dataset's folder, where verdicts are kept. */
  readonly directory: string;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** By position in what was asked about; none for a reply that said neither yes nor no. */
export type VerdictsByPlace = ReadonlyMap<number, Readonly<Record<string, boolean>>>;

/** Replies that cannot be read, one after the other from the start, after which the model is of no use. */
const PATIENCE = 10;
const STOPPED = "Judging was stopped; verdicts that came in are kept. Run the same command to go on.";

/**
 * Verdicts from the log where they are, else from the judge.
 * @param unit what is judged, in words for the line of progress.
 * @throws OperationError where no reply can be read, or the server stays away; CancelledError when stopped.
 */
export async function askJudge(
  about: readonly JudgedTexts[],
  { judge, directory, report = silent, signal }: JudgeAsking,
  unit: string,
): Promise<{ readonly verdicts: VerdictsByPlace; readonly cost: JudgeCost }> {
  const log = await VerdictLog.open(directory);
  const found = new Map<number, Readonly<Record<string, boolean>>>();
  const asked: Verdicts[] = [];
  let reused = 0;
  const work = async (place: number) => {
    const texts = about[place]!;
    const key = verdictKey(judge, judge.promptOf(texts));
    const known = log.find(key);
    if (known !== undefined) {
      reused++;
      found.set(place, known.verdicts);
      return true;
    }
    stopIf(signal, STOPPED);
    const reply = await judge.ask(texts, signal ?? new AbortController().signal);
    asked.push(reply);
    if (asked.length >= PATIENCE) refuseSilentJudge(judge, asked);
    const { verdicts, promptTokens, completionTokens, milliseconds } = reply;
    if (verdicts === undefined) return true;
    found.set(place, verdicts);
    const { model } = judge;
    const createdAt = new Date().toISOString();
    await log.add({ key, model, verdicts, promptTokens, completionTokens, milliseconds, createdAt });
    return true;
  };
  const onDone = (done: number) =>
    report({ kind: "step", stage: `judge by ${judge.model}`, done, total: about.length, unit });
  await runLanes([...about.keys()], { lanes: judge.concurrency, work, onDone, signal });
  refuseSilentJudge(judge, asked);
  const sum = (name: "promptTokens" | "completionTokens") => asked.reduce((total, reply) => total + reply[name], 0);
  const unclear = asked.filter(({ verdicts }) => verdicts === undefined).length;
  const tokens = { promptTokens: sum("promptTokens"), completionTokens: sum("completionTokens") };
  return { verdicts: found, cost: { asked: asked.length, reused, unclear, ...tokens } };
}

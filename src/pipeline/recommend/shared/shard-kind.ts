// The kind of job that answers the users of one shard.
import { z } from "zod";
import { InputError } from "../../../base/errors.ts";
import { silent } from "../../../base/progress.ts";
import type { ObjectStore } from "../../../objects/index.ts";
import { openOptions } from "../../../runs/open-options.ts";
import { type OpenRun, openRun } from "../../../runs/run.ts";
import { defineKind, type JobContext } from "../../work/kind.ts";
import { objectsAt } from "../../work/objects-at.ts";
import type { Plan } from "../parts.ts";
import { planOf } from "../plan.ts";
import { openPanel, type Panel } from "../recommend-each.ts";
import { answerShard } from "./answer-shard.ts";
import { hereOf, type LocalQuestion, questionOf } from "./question.ts";
import { planHash, ShardFiles } from "./shard-files.ts";

export const RECOMMEND_JOB = "recommend";

const payloadSchema = z.strictObject({
  /** Of the plan: what the answers depend on. */
  plan: z.string(),
  /** Object with the question. */
  question: z.string(),
  /** Where it lies, on this machine; null: where the worker's `--objects` says. */
  objects: z.string().nullable(),
  from: z.int(),
  to: z.int(),
});

export type RecommendPayload = z.output<typeof payloadSchema>;

/** A run that is open for a question. */
interface Open {
  readonly run: OpenRun;
  readonly panel: Panel;
  readonly question: LocalQuestion;
  readonly plan: Plan;
}

export const recommendKind = defineKind({
  name: RECOMMEND_JOB,
  payload: payloadSchema,
  async run({ plan: expected, question, objects: address, from, to }, context) {
    const objects = await objectsAt(address, context);
    const { kept, signal, progress } = context;
    const key = `${address} ${question} ${expected}`;
    const open = await kept.get(
      RECOMMEND_JOB,
      key,
      () => openQuestion(question, objects, context),
      ({ run }) => run.recommender.dispose(),
    );
    if (planHash(open.plan) !== expected) throw otherPlan(open);
    const { format, options } = open.question;
    await answerShard(open.panel, { from, to }, new ShardFiles(objects, open.plan), {
      format,
      top: options.top,
      signal,
      report: (event) => void (event.kind === "step" && progress(event.done - from)),
    });
    return null;
  },
});

async function openQuestion(name: string, objects: ObjectStore, { cache, threads }: JobContext): Promise<Open> {
  const question = await hereOf(questionOf(await objects.get(name)), objects, cache);
  const place = openOptions({ ...question.options, threads });
  const run = await openRun(question.run, { ...place, acceptsLater: true, addedItems: true });
  try {
    // The coordinator has said what is to be said.
    const panel = await openPanel(run, { ...question.options, report: silent });
    const plan = await planOf(run, panel, { ...question.options, format: question.format });
    return { run, panel, question, plan };
  } catch (error) {
    await run.recommender.dispose();
    throw error;
  }
}

function otherPlan({ question: { run } }: Open): InputError {
  return new InputError({
    where: run,
    found: "another run, dataset or version of isrf than the coordinator's",
    expected: "the same",
    todo: "Use one version everywhere, and leave run and dataset as they are until the work is done.",
  });
}

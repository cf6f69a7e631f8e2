// Reasoning as a kind of job: a worker reasons about a shard of items or users.
import { asJson } from "../../../jobs/index.ts";
import { defineKind } from "../../work/kind.ts";
import { objectsAt } from "../../work/objects-at.ts";
import { REASON_JOB, shardSchema } from "./messages.ts";
import { openRun, readFeatures, reasonShard } from "./reason-shard.ts";

export const reasonJob = defineKind({
  name: REASON_JOB,
  payload: shardSchema,
  async run(shard, context) {
    const { cache, kept, report, signal, progress: onDone } = context;
    const objects = await objectsAt(shard.objects, context);
    const run = await kept.get("reasoning run", shard.spec, () => openRun(shard.spec, { objects, cache, report }));
    const { features: name } = shard;
    const features =
      name === undefined ? [] : await kept.get("features of items", name, () => readFeatures(objects, name));
    return asJson(await reasonShard(shard, { ...run, features, objects, report, signal, onDone }));
  },
});

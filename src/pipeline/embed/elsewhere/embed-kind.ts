// Encoding as a kind of job: a worker encodes the texts of one shard.
import { defineKind } from "../../work/kind.ts";
import { objectsAt } from "../../work/objects-at.ts";
import { encodeShard, openEncoderOf } from "./encode-shard.ts";
import { EMBED_JOB, shardSchema } from "./messages.ts";

export const embedKind = defineKind({
  name: EMBED_JOB,
  payload: shardSchema,
  async run({ run, shard, objects: address }, context) {
    const objects = await objectsAt(address, context);
    const { kept, cache, threads, signal, progress: onDone } = context;
    const opened = await kept.get(
      EMBED_JOB,
      `${address} ${run}`,
      () => openEncoderOf(run, { objects, cache, threads }),
      ({ encoder }) => encoder.dispose(),
    );
    await encodeShard(shard, { ...opened, objects, signal, onDone });
    return null;
  },
});

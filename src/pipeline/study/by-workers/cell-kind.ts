// The kind of job that trains one cell of a study: into the study's folder, where workers see it, and the data, at the
// same paths, or in a folder of the worker's own, for an object store.
import { join } from "node:path";
import { z } from "zod";
import { whenFree } from "../../../base/lock.ts";
import { PROTOCOLS } from "../../../data/protocols/protocol.ts";
import { DEVICES } from "../../../engine/session/device.ts";
import { RUN_LOCK } from "../../../runs/run.ts";
import { SharedWork } from "../../../training/shared-work.ts";
import { defineKind } from "../../work/kind.ts";
import { folderSchema } from "../../work/places.ts";
import { cellDirectory, runCell } from "../run-cell.ts";
import { trainForElsewhere } from "./for-elsewhere.ts";

export const CELL_JOB = "study-cell";

/** The lock of a worker that was killed on another machine counts as held for a minute. */
const LOCK_WAIT_MS = 90_000;

const settingsSchema = z.record(z.string(), z.json());

const payloadSchema = z.strictObject({
  /** The study's folder, where it is made up. */
  out: z.string(),
  cell: z.strictObject({
    id: z.string(),
    dataset: z.string(),
    trial: z.int(),
    seed: z.int(),
    system: z.strictObject({
      label: z.string(),
      model: z.string(),
      preset: z.string(),
      protocol: z.enum(PROTOCOLS),
      fuse: z.string().optional(),
      embeddings: z.string().optional(),
      seeds: z.array(z.int()),
      trials: z.array(settingsSchema),
      resolved: z.array(settingsSchema),
    }),
  }),
  /** Where it lies there. */
  dataset: z.string(),
  /** Where workers find the data, and put what they train; absent: at those very paths. */
  elsewhere: z.strictObject({ dataset: folderSchema, place: z.string().regex(/^studies\/[0-9a-f]+\/$/) }).optional(),
  embeddings: z.string(),
  device: z.enum(DEVICES).optional(),
  threads: z.int().optional(),
  /** Of what trainings prepare alike; 0: nothing is shared. */
  shareGib: z.number(),
  /** Where the study keeps that; absent: in its folder. */
  shareIn: z.string().optional(),
});

export const cellKind = defineKind({
  name: CELL_JOB,
  payload: payloadSchema,
  async run({ cell, shareGib, shareIn, threads, elsewhere, ...named }, context) {
    const { signal, report, cache } = context;
    const limit = { limitBytes: shareGib * 2 ** 30 };
    const out = elsewhere === undefined ? named.out : join(cache, elsewhere.place);
    const sharedFolder = elsewhere === undefined ? (shareIn ?? join(out, "shared")) : join(cache, "shared");
    const options = {
      ...named,
      out,
      threads: threads ?? context.threads,
      shared: shareGib === 0 ? undefined : new SharedWork(sharedFolder, limit),
      report,
      signal,
    };
    await whenFree(join(cellDirectory(out, cell), RUN_LOCK), { waitMs: LOCK_WAIT_MS, signal });
    if (elsewhere === undefined) await runCell(cell, options);
    else await trainForElsewhere(cell, { ...options, named }, elsewhere, context);
    return null;
  },
});

// The kind of job that trains one cell of a study, into the study's folder: workers see it, and the data, at the same
// paths.
import { join } from "node:path";
import { z } from "zod";
import { PROTOCOLS } from "../../../data/protocols/protocol.ts";
import { DEVICES } from "../../../engine/session/device.ts";
import { SharedWork } from "../../../training/shared-work.ts";
import { defineKind } from "../../work/kind.ts";
import { runCell } from "../run-cell.ts";

export const CELL_JOB = "study-cell";

const settingsSchema = z.record(z.string(), z.json());

const payloadSchema = z.strictObject({
  /** The study's folder. */
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
      needsEmbeddings: z.boolean(),
      embeddings: z.string().optional(),
      seeds: z.array(z.int()),
      trials: z.array(settingsSchema),
      resolved: z.array(settingsSchema),
    }),
  }),
  dataset: z.string(),
  embeddings: z.string(),
  device: z.enum(DEVICES).optional(),
  threads: z.int().optional(),
  /** Of what trainings prepare alike; 0: nothing is shared. */
  shareGib: z.number(),
});

export const cellKind = defineKind({
  name: CELL_JOB,
  payload: payloadSchema,
  async run({ cell, shareGib, threads, out, ...rest }, context) {
    const { signal, report } = context;
    const limit = { limitBytes: shareGib * 2 ** 30 };
    await runCell(cell, {
      ...rest,
      out,
      threads: threads ?? context.threads,
      shared: shareGib === 0 ? undefined : new SharedWork(join(out, "shared"), limit),
      report,
      signal,
    });
    return null;
  },
});

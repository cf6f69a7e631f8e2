// Settings of whatever works through a store of jobs.
import { z } from "zod";

export const shardSettings = z.object({
  shard: z
    .string()
    .optional()
    .describe(
      "do one share of the work: 3/8 is the third of eight; auto or auto/8 reads the number that Kubernetes, Slurm or SkyPilot gave this process",
    )
    .meta({ value: "I/N", absent: "all of it" }),
});

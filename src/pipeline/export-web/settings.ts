import { z } from "zod";
import { placeSettings } from "../../runs/settings.ts";

export const PRECISIONS = ["float16", "float32"] as const;

export const exportWebSettings = z.object({
  out: z.string().describe("write the folder here").meta({ value: "DIR" }),
  precision: z
    .enum(PRECISIONS)
    .default("float16")
    .describe("of stored numbers: float16 halves the download and may swap neighbours in a list, float32 is exact"),
  runtime: z
    .boolean()
    .default(true)
    .describe("copy the files of onnxruntime-web, which run the model in a browser")
    .meta({ off: "leaves them out, for pages that have their own" }),
  webgpu: z.boolean().default(false).describe("copy its build for WebGPU as well, 25 MB more"),
  check: z
    .number()
    .int()
    .min(0)
    .default(50)
    .describe("compare so many answers of what was written with the run's own, and say what differs")
    .meta({ unit: "histories" }),
  overwrite: z.boolean().default(false).describe("replace an export that is already there"),
  dataset: placeSettings.shape.dataset,
});

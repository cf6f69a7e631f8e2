// Settings of the one command: those of the import, and of what follows the few that matter on the first day.
import { z } from "zod";
import { importSettings } from "../../data/settings.ts";
import { DEVICES } from "../../engine/session/device.ts";
import { threads } from "../../runs/settings.ts";

/** The files of interactions stand alone; the folder is the whole shop's. */
const { out: _out, overwrite: _overwrite, interactions: _interactions, seed: _seed, ...import_ } = importSettings.shape;

export const DEFAULT_MINUTES = 10;

export const firstRunSettings = z.object({
  out: z
    .string()
    .describe("keep everything in this directory: dataset, run, report; the same again goes on where it stopped")
    .meta({ value: "DIR" }),
  minutes: z
    .number()
    .positive()
    .default(DEFAULT_MINUTES)
    .describe("choose model and training so that they take at most about so long; a language model's time comes on top")
    .meta({ unit: "minutes" }),
  preset: z
    .string()
    .optional()
    .describe("train with this preset: tiny, mini or small")
    .meta({ absent: "chosen by the data's size and --minutes" }),
  model: z
    .string()
    .optional()
    .describe("recommend by isrf, or by this system that needs no training, such as item-knn")
    .meta({ value: "NAME", absent: "what wins on validation items" }),
  llm: z
    .string()
    .optional()
    .describe("who writes the texts: offline, ollama:MODEL, openai:MODEL, llama-cpp:FILE or replay:FILE")
    .meta({ value: "KIND[:MODEL]", absent: "a language model's texts where they are there already, else offline" }),
  encoder: z
    .string()
    .default("lsa")
    .describe("encode texts by lsa, transformer:DIR_OR_HUB_ID, ollama:MODEL or openai:MODEL")
    .meta({ value: "KIND:MODEL" }),
  device: z.enum(DEVICES).default("cpu").describe("compute on this device"),
  threads,
  seed: z
    .number()
    .int()
    .optional()
    .describe("draw by this seed; equal data, settings and seed give equal results on a CPU")
    .meta({ absent: "each stage's own" }),
  ...import_,
});

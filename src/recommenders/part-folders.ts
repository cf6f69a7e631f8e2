// Folders in a run of parts that are trained on their own, beside the run's own checkpoints.
import { join } from "node:path";

/** The sequence model's: a training with checkpoints and a log of its own. */
export const SEQUENCE = "sequence";
export const sequencePart = (run: string): string => join(run, SEQUENCE);

/** What witnesses know, and how far each is believed. */
export const EVIDENCE = "evidence";
export const evidencePart = (run: string): string => join(run, EVIDENCE);

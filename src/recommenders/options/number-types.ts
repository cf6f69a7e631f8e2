// Kinds of numbers that options are.
import { z } from "zod";

export const fraction = z.number().min(0).max(1);
export const positive = z.number().positive();
export const notNegative = z.number().min(0);
export const count = z.number().int().min(0);
export const positiveCount = z.number().int().min(1);
/** Masks are drawn four bytes at a time, which holds up to a half. */
export const dropoutShare = z.number().min(0).max(0.5);
/** Two to four tokens spell an item. */
export const codeTokens = z.number().int().min(2).max(4);

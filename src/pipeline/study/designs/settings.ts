/**
 * What studies take of ISRF: as its paper has it, at a preset's sizes; as it answers; or a preset as it is without its
 * heads and witnesses.
 */
export const FORMS = ["paper", "product", "decoder"] as const;
export type Form = (typeof FORMS)[number];

/** What an ablation takes parts from: ISRF as its paper has it, or as it answers. */
export const FORMS = ["paper", "product"] as const;
export type Form = (typeof FORMS)[number];

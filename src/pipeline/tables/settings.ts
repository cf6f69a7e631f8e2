// Names of formats, for help texts.
export const TABLE_FORMATS = ["text", "markdown", "latex", "csv"] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** What comes next, or which of these. */
export type Task = "sequential" | "direct";

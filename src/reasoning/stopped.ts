/** What people read when reasoning was stopped, wherever it stood. */
export const REASONING_STOPPED = "Reasoning was stopped; finished answers are kept. Run the same command to go on.";

// The front door of generative systems to the pipeline: helpers of a training.
export { Crew } from "./helpers/crew.ts";
export { type HelpOptions, helpTraining } from "./helpers/help.ts";

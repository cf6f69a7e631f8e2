// The front door of generative systems to the pipeline: helpers of a training, parts of a batch, similar users.
export { Crew } from "./helpers/crew.ts";
export { type HelpOptions, helpTraining } from "./helpers/help.ts";
export { fewestParts } from "./options/parts.ts";
export { findSimilarUsers } from "./tables/group-table.ts";

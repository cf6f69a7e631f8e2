export { Crew } from "./helpers/crew.ts";
export { type HelpOptions, helpTraining } from "./helpers/help.ts";

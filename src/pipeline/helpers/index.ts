// The front door of helpers of a training.
export { type HelpOptions, helpTraining } from "../../recommenders/generative/index.ts";
export { helperAddress, helperToken } from "./address.ts";
export { type CrewRequest, withCrew } from "./with-crew.ts";

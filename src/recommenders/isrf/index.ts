// The door of ISRF for whoever builds variants of it, or looks into what it learnt.

export { loadEvidence } from "../witnesses/evidence-files.ts";
export { WITNESS_OPTIONS } from "./evidence-options.ts";

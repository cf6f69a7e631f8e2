// The door of ISRF for whoever builds variants of it.
export { WITNESS_OPTIONS } from "./evidence-options.ts";

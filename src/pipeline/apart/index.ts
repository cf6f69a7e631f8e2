// The front door of work in processes of its own.

export { failureOf } from "./whose-failure.ts";
export { type Watched, workApart } from "./work-apart.ts";

// The front door of comparisons.
export {
  type ComparedCell,
  type ComparedColumn,
  type ComparedSystem,
  type CompareOptions,
  type Comparison,
  compare,
} from "./compare.ts";
export { type ComparisonFormat, formatComparison } from "./formats.ts";
export { readComparison, writeComparison } from "./write-comparison.ts";

export { type SegmentFacts, segmentFacts } from "./segment-facts.ts";
export { type Segmentation, segmentUsers } from "./segment-users.ts";

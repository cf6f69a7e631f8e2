// The exported module, as the page beside it finds it.
import type { OpenRecommender } from "../../src/browser/api.ts";

export declare const openRecommender: OpenRecommender;

// The first of the dialects, for every change; test/slow/dialects.test.ts reads five hundred.
import { dialectCases } from "./dialect-cases.ts";

dialectCases(100);

// The usual run reads the first hundred.
import { dialectCases } from "../imports/dialect-cases.ts";

dialectCases(500);

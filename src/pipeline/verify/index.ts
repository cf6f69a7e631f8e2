export { type VerifiedPart, type VerifyOptions, verify } from "./verify.ts";

// Whether a test's optional package is there.
import { createRequire } from "node:module";

/** Why a test of `name` is skipped, for its title; "" when the package is installed. */
export function missingPackage(name: string): string {
  try {
    createRequire(import.meta.url).resolve(name);
    return "";
  } catch {
    return ` (skipped: the optional package ${name} is not installed)`;
  }
}

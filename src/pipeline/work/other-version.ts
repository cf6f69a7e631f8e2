// Workers of another version of isrf may compute other digits, and read data otherwise.
import { InputError } from "../../base/errors.ts";
import { productVersion } from "../../base/product-version.ts";

/** @param what Such as "a search". @throws InputError unless `version` is this program's. */
export function refuseOtherVersion(where: string, what: string, version: string): void {
  if (version === productVersion()) return;
  throw new InputError({
    where,
    found: `${what} by isrf ${version}`,
    expected: `one by ${productVersion()}, as this worker`,
    todo: "Give coordinator and workers the same version of isrf.",
  });
}

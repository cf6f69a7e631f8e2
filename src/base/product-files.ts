// Where the product's own files lie. The build gathers sources into chunks (scripts/bundle.ts), so a source that asks
// `import.meta.url` for its neighbour finds none once it is built. This one lies one folder below src/, and its chunk
// one below dist/; `npm run rooms` sends all others here.
import { fileURLToPath } from "node:url";

/** src/ of a clone, dist/ of what is built. */
const CODE = new URL("../", import.meta.url);
const PACKAGE = new URL("../", CODE);

export const IS_BUILT = !import.meta.url.endsWith(".ts");

/** One of the files that run. */
export const RUNNING_FILE = fileURLToPath(import.meta.url);

/** Of a path below src/, or, built, below dist/. */
export function codeFile(path: string): string {
  return fileURLToPath(new URL(path, CODE));
}

/** Of a path below the folder that has package.json. */
export function packageFile(path: string): string {
  return fileURLToPath(new URL(path, PACKAGE));
}

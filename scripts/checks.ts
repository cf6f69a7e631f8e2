// usage: npm run checks, or tsx scripts/checks.ts SCRIPT... ('SCRIPT -- WORD' where it takes words)
// Runs scripts of package.json that do not need each other, two at a time, the longest first; what one says stands
// together. Ends with 1 where one of them fails.
import { spawn } from "node:child_process";

/** More would share two cores. */
const AT_ONCE = 2;

interface Ended {
  readonly name: string;
  readonly code: number | null;
  readonly said: string;
}

function run(name: string): Promise<Ended> {
  const child = spawn("npm", ["run", "--silent", ...name.split(" ")], { shell: process.platform === "win32" });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on("close", (code) => resolve({ name, code, said: Buffer.concat(chunks).toString() }));
  });
}

const waiting = process.argv.slice(2);
const failed: string[] = [];
async function lane(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const { code, said } = await run(name);
    if (said !== "") process.stdout.write(said);
    if (code !== 0) failed.push(name);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, lane));
if (failed.length > 0) {
  console.error(`failed: ${failed.join(", ")}`);
  process.exit(1);
}

// Whatever reaches a terminal passes one place that makes it harmless: nothing else in src writes to it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../../src", import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => ({ file: file.replaceAll("\\", "/"), text: readFileSync(join(SRC, file), "utf8") }));

function placesOf(pattern: RegExp): string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ file }) => file);
}

test("only the process's own file names its streams", () => {
  expect(placesOf(/\bprocess\s*\.\s*(stdout|stderr)|\bconsole\s*\.|emitWarning|_rawDebug/)).toEqual(["cli/process.ts"]);
  expect(placesOf(/write(File)?Sync\((1|2|this\.stream\.fd)\b/)).toEqual(["cli/standard-streams.ts"]);
});

test("only the shell and its printer write to streams", () => {
  expect(placesOf(/\b(stdout|stderr|stream)\s*\.\s*write\(/).sort()).toEqual([
    "cli/process.ts",
    "cli/progress-printer.ts",
    "cli/shell.ts",
    "cli/standard-streams.ts",
  ]);
});

test("each line of the shell that writes names what makes it harmless", () => {
  const shell = files.find(({ file }) => file === "cli/shell.ts")!.text;
  const writes = shell.split("\n").filter((line) => line.includes(".write("));
  expect(writes.length).toBeGreaterThan(3);
  expect(writes.filter((line) => !/\b(visible|shown)\(/.test(line))).toEqual([]);
});

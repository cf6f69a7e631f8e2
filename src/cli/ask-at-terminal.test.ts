import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { CancelledError } from "../base/errors.ts";
import { askAt } from "./ask-at-terminal.ts";

/** A terminal at which `keys` are pressed once a question stands there. */
function terminal(keys: string) {
  const [input, output] = [new PassThrough(), Object.assign(new PassThrough(), { isTTY: true })];
  output.once("data", () => input.write(keys));
  return { input, output };
}

test("gives the line that is typed", async () => {
  expect(await askAt(terminal("2\r"))("Which? ")).toBe("2");
});

test("Ctrl+C stops the command, and is no end of the input", async () => {
  await expect(askAt(terminal("\u0003"))("Which? ")).rejects.toBeInstanceOf(CancelledError);
});

test("the end of the input is no answer", async () => {
  expect(await askAt(terminal("\u0004"))("Which? ")).toBeUndefined();
});

import { expect, test } from "vitest";
import { z } from "zod";
import { UsageError } from "../base/errors.ts";
import type { OpenRun } from "../runs/run.ts";
import { refusalOf } from "./refusals.ts";
import { defineTool } from "./tool.ts";

const tool = defineTool({
  name: "say",
  title: "Say",
  description: "Says a word.",
  input: z.object({ newUser: z.boolean() }),
  output: z.object({}),
  answer: async () => ({ data: {}, text: "" }),
});

function told(message: string, directory: string, data: string): string | undefined {
  const run = { directory, dataset: { directory: data } } as Pick<OpenRun, "directory"> as OpenRun;
  return refusalOf(new UsageError(message), tool, run);
}

test("directories are told as what they are, and other names that begin or end like them stay", () => {
  expect(told("/shops/a/run: gone. See /shops/a/run/config.json.", "/shops/a/run", "/shops/a")).toBe(
    "the run: gone. See the run/config.json.",
  );
  expect(told("item run is not in /shops/a", "/shops/a/run", "/shops/a")).toBe("item run is not in the shop's data");
  for (const other of ["/shops/a/run-9", "/shops/a/run.old", "/old/shops/a/run", "/shops/a/runä"])
    expect(told(`no ${other}.`, "/shops/a/run", "/data/a")).toBe(`no ${other}.`);
  expect(told("C:\\run (1)\\x is gone.", "C:\\run (1)", "D:\\shop")).toBe("the run\\x is gone.");
});

test("flags are told as fields, and dashes in ids stay", () => {
  expect(told("item a--new-user: add --new-user (--history, --top).", "/run", "/shop")).toBe(
    "item a--new-user: add newUser (history, top).",
  );
});

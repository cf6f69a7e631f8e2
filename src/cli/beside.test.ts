import { expect, test } from "vitest";
import { shell } from "../../test/support/shell.ts";
import { mcpCommand } from "./commands/mcp.ts";
import { reasonJudgeCommand } from "./commands/reason-judge.ts";
import { gatherSettings, givenKeys, typedKeys } from "./settings.ts";

const commands = [mcpCommand, reasonJudgeCommand];

test.each([
  ["mcp nowhere --port 9000", "--port", "--http"],
  ["mcp nowhere --host 0.0.0.0", "--host", "--http"],
  ["mcp nowhere --client-host shop.example", "--client-host", "--http"],
  ["mcp nowhere --token-file token.txt", "--token-file", "--http"],
  ["mcp nowhere --http --store events", "--store", "--allow-events"],
  ["reason judge nowhere --concurrency 4", "--concurrency", "--by"],
  ["reason judge nowhere --threads 2", "--threads", "--by"],
  ["reason judge nowhere --calibrate", "--calibrate", "--by"],
  ["reason judge nowhere --any-model", "--any-model", "--by"],
])("%s is refused, for nothing would read it", async (line, flag, needed) => {
  const { code, stderr } = await shell(line, commands);
  expect(stderr).toBe(`error: ${flag} is read beside ${needed} alone: add ${needed}, or leave ${flag} out.\n`);
  expect(code).toBe(2);
});

test("all that would not be read is named at once", async () => {
  const { stderr } = await shell("mcp nowhere --port 9000 --store events", commands);
  expect(stderr).toBe(
    "error: --port is read beside --http alone: add --http, or leave --port out.\n" +
      "--store is read beside --allow-events alone: add --allow-events, or leave --store out.\n",
  );
});

test("what the environment says for several commands may go unread in some", () => {
  const environment = { ISRF_PORT: "9000", ISRF_STORE: "events" };
  const settings = gatherSettings(mcpCommand, { flags: new Map([["host", "::1"]]), environment });
  expect([...givenKeys(settings)]).toEqual(["port", "host", "store"]);
  expect([...typedKeys(settings)]).toEqual(["host"]);
});

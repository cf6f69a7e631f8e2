import { expect, test } from "vitest";
import { shell } from "../../test/support/shell.ts";
import { dataStatsCommand } from "./commands/data-stats.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { explainCommand } from "./commands/explain.ts";
import { mcpCommand } from "./commands/mcp.ts";
import { reasonJudgeCommand } from "./commands/reason-judge.ts";
import { recommendCommand } from "./commands/recommend.ts";
import { gatherSettings, givenKeys, typedKeys } from "./settings.ts";

const commands = [dataStatsCommand, evaluateCommand, explainCommand, mcpCommand, reasonJudgeCommand, recommendCommand];

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
  ["explain nowhere --user u1 --item i1", "--item", "--generate"],
  ["explain nowhere --user u1 --least-tokens 9", "--least-tokens", "--generate"],
  ["recommend nowhere --all-users --overwrite", "--overwrite", "--out"],
  ["recommend nowhere --user u1 --part-seconds 5", "--part-seconds", "--out"],
  ["recommend nowhere --user u1 --users-column id", "--users-column", "--users-file"],
])("%s is refused, for nothing would read it", async (line, flag, needed) => {
  const { code, stderr } = await shell(line, commands);
  expect(stderr).toBe(`error: ${flag} is read beside ${needed} alone: add ${needed}, or leave ${flag} out.\n`);
  expect(code).toBe(2);
});

test.each([
  ["explain nowhere --user u1 --item i1 --generate --top 3", "--top", "--generate"],
  ["evaluate nowhere --control random-ids --fuse run", "--fuse", "--control"],
  ["evaluate nowhere --control random-ids --k 10", "--k", "--control"],
  ["evaluate nowhere --control random-ids --details", "--details", "--control"],
  ["evaluate nowhere --control permuted-targets --workers 2", "--workers", "--control"],
  ["evaluate nowhere --control permuted-targets --without text", "--without", "--control"],
])("%s is refused, for nothing reads it there", async (line, flag, beside) => {
  const { code, stderr } = await shell(line, commands);
  expect(stderr).toBe(`error: ${flag} is not read beside ${beside}: leave one of them out.\n`);
  expect(code).toBe(2);
});

test("two formats of one table are refused", async () => {
  const { code, stderr } = await shell("data stats nowhere --latex --format csv", commands);
  expect(stderr).toBe("error: --latex and --format csv name two formats: leave one of them out.\n");
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

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ISRF } from "../support/isrf-command.ts";

const program = fileURLToPath(new URL("../support/waiting-command.ts", import.meta.url));

function start(script: string, ...words: string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", script, ...words], { stdio: ["ignore", "pipe", "pipe"] });
}

/** Everything the process writes to stderr, and its exit code. */
async function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  const texts: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => texts.push(chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stderr: texts.join("") };
}

async function waiting(...words: string[]) {
  const child = start(program, "wait", ...words);
  const end = ended(child);
  await once(child.stderr!, "data");
  return { child, end };
}

test("the real program starts and prints the package's version", async () => {
  const child = spawn(process.execPath, [...ISRF, "--version"]);
  const end = ended(child);
  const [version] = (await once(child.stdout!, "data")) as [Buffer];
  expect(version.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await end).toEqual({ code: 0, stderr: "" });
});

test.each(["--version", "--help", "study ablation --help"])("isrf %s loads no native part", async (words) => {
  // Without the network: a report asks for the name of every address, which can take long.
  const listed =
    "process.report.excludeNetwork = true; process.on('exit', () => console.error(process.report.getReport().sharedObjects.join('\\n')))";
  const hook = ["--import", `data:text/javascript,${encodeURIComponent(listed)}`];
  const child = spawn(process.execPath, [...hook, ...ISRF, ...words.split(" ")]);
  const { code, stderr } = await ended(child);
  expect(code).toBe(0);
  expect(stderr.split("\n").length).toBeGreaterThan(2);
  expect(stderr.split("\n").filter((path) => path.endsWith(".node"))).toEqual([]);
});

test("an unknown command ends the process with 2", async () => {
  expect(await ended(start(program, "wiat"))).toEqual({
    code: 2,
    stderr: 'error: unknown command "wiat". Did you mean wait? "isrf --help" lists what there is.\n',
  });
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s lets the command stop in order and ends with %d", async (name, expected) => {
  const { child, end } = await waiting();
  child.kill(name);
  const { code, stderr } = await end;
  expect(code).toBe(expected);
  expect(stderr).toContain("stopped at step 3; --resume continues");
});

test("a second SIGINT ends a command that does not listen", async () => {
  const { child, end } = await waiting("--stubborn");
  child.kill("SIGINT");
  await once(child.stderr!, "data");
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
});

test("a reader that closes the pipe before the result is whole gets 141, and no words", async () => {
  const child = start(program, "flood");
  const end = ended(child);
  await once(child.stdout!, "data");
  child.stdout!.destroy();
  expect(await end).toEqual({ code: 141, stderr: "" });
});

test("an error that nobody awaits ends the process in one line", async () => {
  expect(await ended(start(program, "stray"))).toEqual({ code: 1, stderr: "error: from nowhere\n" });
});

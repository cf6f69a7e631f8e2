// Nothing phones home: a process of its own, with a home of its own, whose files are looked at afterwards.
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
const engine = JSON.stringify(pathToFileURL(resolve(import.meta.dirname, "../../dist/engine/index.js")).href);

/** Compiles and runs a program, which opens a session of onnxruntime. */
const SESSION = `
  const { compile, relu, trace } = await import(${engine});
  const program = await compile(trace((t) => ({ y: relu(t.input("x", [2])) })));
  const { y } = await program.run({ x: Float32Array.of(-1, 2) });
  await program.dispose();
  console.log([...y].join(" "));
`;

/** The same in a worker thread; `first` runs before in the main thread. */
const inWorker = (first: string): string => `
  ${first}
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(SESSION)})));
  worker.on("error", (error) => console.log(error.message));
`;

let home = "";
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "isrf-home-"));
});
afterEach(() => rm(home, { recursive: true }));

async function runWithHome(
  script: string,
  command: readonly string[] = [],
): Promise<{ stdout: string; stderr: string }> {
  const file = join(home, "script.mjs");
  await writeFile(file, script);
  const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, XDG_DATA_HOME: ___, ...environment } = process.env;
  const [program, ...rest] = [...command, process.execPath, file];
  try {
    return await run(program!, rest, { env: { ...environment, HOME: home } });
  } finally {
    await rm(file);
  }
}

describe("onnxruntime's collection of usage data", () => {
  it("writes nothing into the user's home", async () => {
    const { stdout, stderr } = await runWithHome(SESSION);
    expect(stdout.trim()).toBe("0 2");
    expect(stderr).toBe("");
    expect(await readdir(home, { recursive: true })).toEqual([]);
  });

  it("asks the network for nothing", async ({ skip }) => {
    const isThere = await run("strace", ["-V"]).then(
      () => true,
      () => false,
    );
    skip(!isThere, "strace is not installed");
    const log = join(home, "calls");
    const { stdout } = await runWithHome(SESSION, ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", log]);
    expect(stdout.trim()).toBe("0 2");
    const calls = (await readFile(log, "utf8")).split("\n").filter((line) => /AF_INET/.test(line));
    expect(calls).toEqual([]);
  });

  it("is off in a worker thread whose process loaded isrf first", async () => {
    const { stdout } = await runWithHome(inWorker(`await import(${engine});`));
    expect(stdout.trim()).toBe("0 2");
    expect(await readdir(home, { recursive: true })).toEqual([]);
  });

  it("is refused in a worker thread that cannot switch it off", async () => {
    const { stdout } = await runWithHome(inWorker(""));
    expect(stdout).toMatch(/Start the process with ORT_DISABLE_TELEMETRY=1/);
    expect(await readdir(home, { recursive: true })).toEqual([]);
  });
});

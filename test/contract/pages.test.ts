// Commands that README and docs print: each is taken as it stands, and none leaves out a step that a later one needs.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { parseArguments } from "../../src/cli/program.ts";
import { gatherSettings, validateSettings } from "../../src/cli/settings.ts";
import { TOKEN_VARIABLE } from "../../src/pipeline/helpers/address.ts";
import { RECOMMENDERS } from "../../src/recommenders/registry.ts";
import { shell } from "../support/shell.ts";

const root = resolve(import.meta.dirname, "../..");
const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const pages = ["README.md", ...docs.map((name) => `docs/${name}`)];

/** Lines of the shell in a page's code blocks, one command each: continued ones joined, comments left out. */
function lines(page: string): readonly string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```(?:sh)?\n([\s\S]*?)^```$/gm)].flatMap(([, code]) =>
    code!
      .replace(/\\\n/g, " ")
      .split(/\n|&&/)
      .map((line) => line.replace(/(^|\s)#.*$/, "").trim()),
  );
}

/** What is told to isrf by lines that call it, without what the shell makes of its output. */
function calls(page: string): readonly string[] {
  const call = /^(?:\$ )?(?:[A-Z_\d]+=\S+ )*(?:npx )?isrf ([^|>]*)/;
  return lines(page).flatMap((line) => (line.includes(" ... ") ? [] : (call.exec(line)?.[1] ?? [])));
}

async function refusal(call: string): Promise<string | undefined> {
  const words = [...call.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  try {
    const parsed = await parseArguments(
      words.map(([, single, double, bare]) => single ?? double ?? bare!),
      commands,
    );
    if (parsed.kind !== "run") return undefined;
    const { command, flags } = parsed.invocation;
    validateSettings(command, gatherSettings(command, { flags, environment: {} }));
    return undefined;
  } catch (error) {
    return `${call}: ${(error as Error).message}`;
  }
}

describe.each(pages)("%s", (page) => {
  it("prints commands that are taken as they stand", async () => {
    const refusals = await Promise.all(calls(page).map(refusal));
    expect(refusals.filter((each) => each !== undefined)).toEqual([]);
  });

  it("makes texts and vectors of a later version before it trains on it", () => {
    const all = calls(page).map((call) => call.split(/\s+/));
    for (const [place, [first, dataset, ...rest]] of all.entries()) {
      if (first !== "train" || !rest.includes("--from")) continue;
      const before = all.slice(0, place).filter((words) => words.includes(dataset!));
      for (const step of ["reason", "embed"])
        expect(
          before.map(([name]) => name),
          `train ${dataset}`,
        ).toContain(step);
    }
  });

  it("gives the secret to both sides where helpers of other machines may join", () => {
    const open = lines(page).filter((line) => /isrf (train .*--helpers-at|train-helper) /.test(line));
    for (const line of open) expect(line).toMatch(new RegExp(`^${TOKEN_VARIABLE}=`));
  });
});

describe.each(RECOMMENDERS.filter(({ kind }) => kind === "trained"))("isrf models $name", ({ name }) => {
  it("names a page that says what the letters behind its options mean", async () => {
    const { stdout } = await shell(["models", name, "--all"], commands);
    const page = readFileSync(join(root, /name the source:\s+(docs\/[a-z]+\.md)/.exec(stdout)![1]!), "utf8");
    // [R], [P, E], [B; A: 50], [R, A1]
    const marks = [...stdout.matchAll(/\[[A-Z5]\d*[,:;\]][^\]]*/g)].flatMap(([mark]) => mark.slice(1).split(/[,;]\s+/));
    const letters = marks.flatMap((mark) => /^([A-Z5])\d*(?=:|\]?$)/.exec(mark)?.[1] ?? []);
    expect(letters.length).toBeGreaterThan(0);
    expect([...new Set(letters)].filter((letter) => !page.includes(`**${letter}** `))).toEqual([]);
  });
});

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { InputError } from "../../base/errors.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { type Facts, Ledger } from "./ledger.ts";

const whole = async (): Promise<boolean> => true;

interface Asked {
  readonly facts?: Facts;
  readonly isWhole?: () => Promise<boolean>;
  readonly fails?: boolean;
}

/** A folder's ledger, asked for one stage as often as wanted: how it was worked on, and what was told. */
async function chain() {
  const file = join(await temporaryDirectory(), "stages.json");
  const how: string[] = [];
  return {
    file,
    how,
    async ask({ facts = { "a.csv": "1", "--k-core": "5" }, isWhole = whole, fails = false }: Asked = {}) {
      const told: ProgressEvent[] = [];
      const ledger = await Ledger.open(file, "test", (event) => told.push(event));
      const result = await ledger.stage({
        name: "import",
        facts,
        isWhole,
        work: async (begun) => {
          how.push(begun);
          if (fails) throw new Error("killed");
          return { users: 3 };
        },
        detail: ({ users }) => `${users} users`,
      });
      return {
        result,
        told: told.map((event) => ("message" in event ? event.message : "detail" in event && event.detail)),
      };
    },
  };
}

test("what is whole and was made of the same is not made again", async () => {
  const { ask, how } = await chain();
  expect((await ask()).result).toEqual({ users: 3 });
  expect(await ask()).toEqual({ result: { users: 3 }, told: ["as before: 3 users"] });
  expect(how).toEqual(["anew"]);
});

test("what differs is named, and leads to doing it again", async () => {
  const { ask, how } = await chain();
  const hash = "0123456789abcdef0123456789abcdef";
  await ask({ facts: { "a.csv": hash, "--k-core": "5" } });
  const { told } = await ask({ facts: { "a.csv": `${hash}2`, "--k-core": "3", "b.csv": hash } });
  expect(told[0]).toBe("import: done again, because a.csv has changed; --k-core was 5 and is 3; b.csv is new.");
  expect(how).toEqual(["anew", "anew"]);
});

test("work that is gone or damaged is done again, and why is told", async () => {
  const { ask } = await chain();
  await ask();
  expect((await ask({ isWhole: async () => false })).told[0]).toMatch(/has changed or is gone/);
  const damaged = async () => {
    throw new InputError({ where: "x", found: "changed content", expected: "what was written" });
  };
  expect((await ask({ isWhole: damaged })).told[0]).toMatch(/is not whole\. x: found changed content/);
  const broken = async () => {
    throw new TypeError("a bug");
  };
  await expect(ask({ isWhole: broken })).rejects.toThrow("a bug");
});

test("a stage that was killed goes on under the same facts, and begins again under others", async () => {
  const { ask, how } = await chain();
  await expect(ask({ fails: true })).rejects.toThrow("killed");
  await ask();
  await expect(ask({ facts: { "--k-core": "4" }, fails: true })).rejects.toThrow("killed");
  await ask({ facts: { "--k-core": "3" } });
  expect(how).toEqual(["anew", "goes on", "anew", "anew"]);
});

test("refuses a file that is no record of these stages", async () => {
  const { file, ask } = await chain();
  await writeFile(file, '{ "kind": "tape" }');
  await expect(ask()).rejects.toThrow(/found another file, expected a record of test\. Name another --out/);
  await writeFile(file, "no json");
  await expect(ask()).rejects.toThrow(InputError);
});

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { InputError } from "../../base/errors.ts";
import type { RequestError } from "../request-error.ts";
import { Guard } from "./guard.ts";
import { mayDo, readKeys } from "./keys.ts";

const READ = "reading-key-0123456789";
const ADMIN_HASH = "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"; // of "1"

test("keys come from a file and the environment, plain or as hashes", async () => {
  const folder = await directoryWith({
    "keys.txt": `# for the shop\nread ${READ}  # its site\n\nadmin\t${ADMIN_HASH}\n`,
  });
  const keys = await readKeys(join(folder, "keys.txt"), "events:events-key-0123456789, ");
  expect(keys.count).toBe(3);
  expect([READ, "1", "events-key-0123456789", "other"].map((key) => keys.roleOf(key))).toEqual([
    "read",
    "admin",
    "events",
    undefined,
  ]);
});

test.each([
  ["owner some-long-enough-key", "keys.txt:1: found no known role"],
  ["read sha256:short-secret-0123456789abcdef", "keys.txt:1: found sha256: with 29 characters behind it"],
  [`read ${READ}\nread short-secret`, "keys.txt:2: found a key of 12 characters"],
])("a line that fits not is named without its key", async (text, words) => {
  const folder = await directoryWith({ "keys.txt": text });
  const failure = await readKeys(join(folder, "keys.txt"), undefined).catch((error: Error) => error.message);
  expect(failure).toContain(words);
  expect(failure).not.toContain("short-secret");
});

test.each([
  ["an empty file", "", undefined, "keys.txt: found no API key"],
  ["a file of comments alone", "# admin later\n\n", "read:reading-key-0123456789", "keys.txt: found no API key"],
  ["words of commas alone", `read ${READ}`, " , ", "ISRF_API_KEYS: found no API key"],
])("%s is refused, as it would let everybody in", async (_, text, words, says) => {
  const folder = await directoryWith({ "keys.txt": text });
  await expect(readKeys(join(folder, "keys.txt"), words)).rejects.toThrow(says);
});

test("a file that is not there, or a folder, is wrong input", async () => {
  const folder = await directoryWith({});
  for (const file of [join(folder, "keys.txt"), folder]) {
    const failure = await readKeys(file, undefined).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as Error).message).toBe(
      `${file}: found no readable file, expected API keys, a line \`ROLE KEY\` each.`,
    );
  }
});

test("a server that has keys is never left without any", async () => {
  const keys = await readKeys(undefined, `read:${READ}`);
  const none = await readKeys(undefined, undefined);
  expect(() => keys.replace(none)).toThrow("There are no API keys any more");
  expect(keys.roleOf(READ)).toBe("read");
});

test("a role may do what the roles before it may", () => {
  expect([
    mayDo("admin", "read"),
    mayDo("events", "events"),
    mayDo("events", "admin"),
    mayDo("read", "events"),
  ]).toEqual([true, true, false, false]);
});

describe("the guard", () => {
  const asker = { authorization: undefined, apiKey: undefined, host: "localhost:8080" };
  const codeOf = (work: () => void) => {
    try {
      work();
      return "in";
    } catch (error) {
      return (error as RequestError).code;
    }
  };

  test("lets the machine's own programs in where there are no keys, by the machine's own names", async () => {
    const open = new Guard(await readKeys(undefined, undefined), true);
    const by = (host: string) => codeOf(() => open.admit({ ...asker, host }, "admin"));
    expect(["localhost:8080", "127.0.0.1", "[::1]:80", "shop.example:8080"].map(by)).toEqual([
      "in",
      "in",
      "in",
      "forbidden",
    ]);
  });

  test("takes keys from either header", async () => {
    const guard = new Guard(await readKeys(undefined, `read:${READ}`), false);
    const by = (given: object, role: "read" | "admin") => codeOf(() => guard.admit({ ...asker, ...given }, role));
    expect(by({ authorization: `Bearer ${READ}` }, "read")).toBe("in");
    expect(by({ apiKey: READ }, "read")).toBe("in");
    expect(by({ apiKey: READ }, "admin")).toBe("forbidden");
    expect(by({ authorization: "Basic abc" }, "read")).toBe("unauthorized");
    expect(by({ apiKey: `${READ}x` }, "read")).toBe("unauthorized");
  });
});

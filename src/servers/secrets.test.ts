import { expect, test } from "vitest";
import { secretsOf, withoutQuotes, withoutSecrets } from "./secrets.ts";

const KEY = "sk-FAKEKEY-1234567890abcdef";

test.each([
  [`Incorrect API key provided: ${KEY}`, "Incorrect API key provided: [key]"],
  ["half sk-FAKEKEY-12", "half [key]"],
  ["the end 90abcdef.", "the end [key]."],
  ["Incorrect: sk-FAKEK****************cdef", "Incorrect: [key]****************cdef"],
  ["in the midst KEY-123456 of it", "in the midst [key] of it"],
  ["sk-FAKE is seven", "sk-FAKE is seven"],
  [`${KEY}${KEY} twice`, "[key][key] twice"],
])("of %s only what is no quote is shown", (text, shown) => {
  expect(withoutQuotes(text, [KEY])).toBe(shown);
});

test("passwords and query values of an address are secrets too", () => {
  const url = new URL("http://me:p%40ssword-1@host/v1?api-key=query-secret-9");
  expect(secretsOf(url, KEY)).toEqual([KEY, "p@ssword-1", "query-secret-9"]);
  expect(secretsOf(new URL("http://host/v1"), undefined)).toEqual([]);
  expect(secretsOf(new URL("http://a:100%25%@host/"), undefined)).toHaveLength(1);
});

test("a stored reply holds no key, and is the same elsewhere", () => {
  const reply = { choices: [{ message: { content: `Your key is ${KEY}.` } }], usage: { prompt_tokens: 3 }, none: null };
  expect(withoutSecrets(reply, [KEY])).toEqual({
    choices: [{ message: { content: "Your key is [key]." } }],
    usage: { prompt_tokens: 3 },
    none: null,
  });
  expect(withoutSecrets({ text: "EMPTY handed" }, ["EMPTY"])).toEqual({ text: "EMPTY handed" });
  const vectors = [0.1, 0.2];
  expect((withoutSecrets({ vectors }, [KEY]) as { vectors: unknown }).vectors).toBe(vectors);
});

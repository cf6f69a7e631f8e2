import { describe, expect, it } from "vitest";
import { cardWords, itemWords, sharedItemWords } from "./measured-on.ts";

const all = { evaluated: 5000, total: 5000 };
const test = { split: "test", users: all } as const;
const valid = { split: "valid", users: all } as const;

describe("whose held-out items figures are of", () => {
  it("says that validation items chose what they measure, and how many users were asked for", () => {
    expect(itemWords(test)).toBe("test items");
    expect(itemWords({ ...test, users: { evaluated: 200, total: 5000 } })).toBe("test items, of 200 of 5,000 users");
    expect(itemWords(valid)).toMatch(/^validation items, by which .* were chosen$/);
  });

  it("is said once of runs that were measured alike, and of each where they were not", () => {
    const [a, b] = [
      { name: "a", measuredOn: test },
      { name: "b", measuredOn: valid },
    ];
    expect(sharedItemWords([a, { ...a, name: "c" }])).toBe("On test items");
    expect(sharedItemWords([a, b])).toMatch(/^Not measured alike: a on test items; b on validation items/);
  });

  it("needs no words on a card where it is the usual", () => {
    expect(cardWords("sequential", test)).toBeUndefined();
    expect(cardWords("sequential", valid)).toMatch(/^On validation items/);
    expect(cardWords("sequential, cold items", test)).toBe("sequential, cold items, on test items.");
  });
});

import { expect, it } from "vitest";
import { unlikeAuthors } from "./authors-texts.ts";

const AUTHORS = { model: "isrf", preset: "authors" };

it("tells whoever trains preset authors on texts of training prefixes which flags make the public code's", () => {
  expect(unlikeAuthors(AUTHORS, "beauty", { name: "lsa" })).toMatch(
    /embeddings lsa are of user texts without held-out items.*`isrf reason beauty --history-source full --history-part last --history-items 20` and `isrf embed beauty --name full`.*names the leak/,
  );
});

it("has nothing to tell where vectors are of such texts, or others are trained", () => {
  expect(unlikeAuthors(AUTHORS, "beauty", { name: "full", userHistory: "full" })).toBeUndefined();
  expect(unlikeAuthors({ model: "isrf", preset: "paper" }, "beauty", { name: "lsa" })).toBeUndefined();
});

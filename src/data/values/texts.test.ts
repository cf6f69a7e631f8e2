import { expect, it } from "vitest";
import { describingText, plainText, understandTitles } from "./texts.ts";

it.each([
  ["  a\n b ", "a b"],
  ["Salt &amp; Pepper &#39;n&#x27; more", "Salt & Pepper 'n' more"],
  ["Caf&eacute; &Eacute;toile &mdash; 5&nbsp;&euro;", "Café Étoile — 5 €"],
  ["AT&T &unheardof; &#xd800;", "AT&T &unheardof; &#xd800;"],
  [["one", "two"], "one two"],
  [12, "12"],
  ["Unknown", undefined],
  ["nan", undefined],
  ["\\N", undefined],
  [[], undefined],
  [null, undefined],
])("makes plain text of %j", (value, expected) => {
  expect(plainText(value)).toBe(expected);
});

it.each([
  ["<p>Soft &amp; <b>light</b></p><br/>Warm", "Soft & light Warm"],
  ["&lt;p&gt;Twice escaped&lt;/p&gt;", "Twice escaped"],
  ["<style>p { color: red }</style><!-- no -->Text", "Text"],
  ["fits waists < 80 cm and > 60 cm", "fits waists < 80 cm and > 60 cm"],
  [["<li>one</li>", "two"], "one two"],
])("takes the markup off %j", (value, expected) => {
  expect(describingText(value)).toBe(expected);
});

it("takes Unknown for a title where one item alone is called so", () => {
  const { read, warnings } = understandTitles(["Unknown", "None", "Ran", "  <b>Big</b> ", "", null]);
  expect(["Unknown", "None", "Ran", "<b>Big</b>", "", null, "nan"].map(read)).toEqual([
    "Unknown",
    "None",
    "Ran",
    "Big",
    undefined,
    undefined,
    undefined,
  ]);
  expect(warnings).toEqual([]);
});

it("takes a word for a missing title where it repeats, and says so", () => {
  const { read, warnings } = understandTitles(["unknown", "Unknown", "None", "Ran"]);
  expect(["Unknown", "None", "Ran"].map(read)).toEqual([undefined, "None", "Ran"]);
  expect(warnings).toEqual(['2 titles are "unknown", which is taken for a missing title']);
});

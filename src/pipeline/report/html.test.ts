import { expect, test } from "vitest";
import { html } from "./html.ts";

test("interpolated text is escaped, markup is not", () => {
  const inner = html`<b>${"<&>"}</b>`;
  expect(html`<p title="${"\"'"}">${inner}</p>`.text).toBe('<p title="&quot;&#39;"><b>&lt;&amp;&gt;</b></p>');
});

test("lists are joined and escaped; undefined and false vanish, zero stays", () => {
  expect(html`${["<", html`<i>`]}|${undefined}|${false}|${0}`.text).toBe("&lt;<i>|||0");
});

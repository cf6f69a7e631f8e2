// What a page is made of, without the words and numbers of the data: it changes when the page does, and not when a
// model answers otherwise.
import type { Page } from "playwright-core";

/** Landmarks, headings, lists, tables, fields and buttons of the content, as an indented text. */
export async function outline(page: Page): Promise<string> {
  const tree = await page.locator("main").ariaSnapshot();
  const kept = tree
    .split("\n")
    .filter((line) =>
      /^\s*- (heading|region|complementary|table|list:|radio|combobox|switch|toolbar|img|button)/.test(line),
    )
    .map((line) =>
      line
        .replace(/"[^"]*\d[^"]*"/, '"…"')
        .replace(/switch "[^"]*"/, 'switch "…"')
        .replace(/ (no|Why|Take out|All terms of) [^"]*"/, ' $1 …"'),
    );
  return withoutRepeats(kept).join("\n");
}

/** Rows of lists look alike: within a region the first of them stands for all. */
function withoutRepeats(lines: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    if (line.includes("- region")) seen.clear();
    const isNew = !seen.has(line);
    seen.add(line);
    return isNew;
  });
}

/** What reaches out of the page to the right, where anything makes the page wider than the window. */
export function overflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const all = [...document.querySelectorAll("body *")];
    const wide = all.filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
    return wide.map((one) => one.tagName + " " + one.className).slice(0, 5);
  })()`);
}

/** How far things moved while the page was built, as browsers count it. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    let sum = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) sum += value;
    });
    observer.observe({ type: "layout-shift", buffered: true });
    setTimeout(() => resolve(sum), 100);
  })`);
}

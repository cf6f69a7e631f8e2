// The explorer in a real browser, in front of a real server with a trained run.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingBrowser, openBrowser } from "../support/chromium.ts";
import { ODD_ITEM, ODD_TITLE, ODD_USER } from "../support/hostile-shop.ts";
import { type ServedShop, servedShop } from "../support/served-shop.ts";
import { atRest, darkened, painted, settled, violations, type Watched, watchedPage } from "../support/watched-page.ts";
import { inBrowserCases } from "./in-browser.cases.ts";
import { liveCurveCases } from "./live-curves.cases.ts";
import { oddTabCases } from "./odd-tabs.cases.ts";
import { layoutShift, outline, overflow } from "./outline.ts";
import { reasoningCases } from "./reasoning.cases.ts";
import type { Stage } from "./stage.ts";

const PAGES = {
  overview: "/",
  user: "/users/user-3",
  item: "/items/item-5",
  groups: "/groups",
  group: "/groups/s1",
  runs: "/runs",
  run: "/runs/run",
  "side by side": "/compare?user=user-3",
  "in the browser": "/in-the-browser",
  studies: "/studies",
  audit: "/audit",
  reasoning: "/reasoning",
  data: "/data",
  nothing: "/no/such/page",
};

/** Pages whose parts are pinned, without the words and numbers of the data. */
const STRUCTURED: ReadonlySet<string> = new Set(["user", "item", "runs", "run"]);

let shop: ServedShop;
let browser: Browser;
/** Cases of other files ask the same server and browser. */
const stage = (): Stage => ({ shop, open });

const open = async (path: string, look = {}): Promise<Watched> => {
  const watched = await watchedPage(browser, shop.url, look);
  await watched.open(path);
  return watched;
};
const rows = (page: Page) => page.locator(".recommendation");

describe.skipIf(missingBrowser !== "")(`in Chromium${missingBrowser}`, () => {
  beforeAll(async () => {
    [shop, browser] = await Promise.all([servedShop(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await shop?.close();
  });

  test.each(Object.entries(PAGES))(
    "%s: opens without a complaint, shuts nobody out, fits a phone",
    async (name, path) => {
      const { page, complaints } = await open(path);
      if (STRUCTURED.has(name)) expect(await outline(page)).toMatchSnapshot();
      expect(await page.locator("h1").count()).toBe(1);
      expect(await page.title()).toMatch(/ · isrf explorer$/);
      expect(await violations(page)).toEqual([]);
      expect(await layoutShift(page)).toBeLessThan(0.1);
      await darkened(page);
      expect(await violations(page, ["color-contrast"])).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(page)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  test("history and recommendations stand side by side, and one above the other on a phone", async () => {
    const { page } = await open(PAGES.user);
    const boxOf = async (name: string) => (await page.locator(`#${name}`).boundingBox())!;
    const [history, list] = [await boxOf("history"), await boxOf("recommendations")];
    expect(history.x + history.width).toBeLessThanOrEqual(list.x);
    expect(Math.abs(history.y - list.y)).toBeLessThan(2);
    await page.setViewportSize({ width: 360, height: 740 });
    await painted(page);
    const [above, below] = [await boxOf("history"), await boxOf("recommendations")];
    expect(above.y + above.height).toBeLessThanOrEqual(below.y);
    await page.context().close();
  });

  test("by keys alone: to the search, to a user, through the pieces of a bar", async () => {
    const { page } = await open("/");
    await page.keyboard.press("/");
    await page.keyboard.type("user-7");
    await page.getByRole("option", { name: /^user-7/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("**/users/user-7");
    await settled(page);
    expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
    const pieces = rows(page).first().locator(".bar-piece");
    await pieces.first().focus();
    await page.keyboard.press("ArrowRight");
    const focused = await page.evaluate("document.activeElement.getAttribute('aria-label')");
    expect(focused).toBe(await pieces.nth(1).getAttribute("aria-label"));
    await page.locator(".bar-card").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator(".bar-card").count()).toBe(0);
    await page.context().close();
  });

  test("pages may run and be styled by their own files alone", async () => {
    const { headers } = await fetch(`${shop.url}/users/some.body`, { headers: { accept: "text/html" } });
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("the first stop is a link past the navigation", async () => {
    const { page } = await open("/runs");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    await page.context().close();
  });

  test("pieces of a bar add up to what stands beside it", async () => {
    const { page } = await open(PAGES.user);
    const row = rows(page).first();
    await row.locator(".icon-button").click();
    const figures = await row.locator(".reason-name .numbers").allTextContents();
    const total = await row.locator(".total").textContent();
    const number = (words: string | null) => Number(words!.replace("\u2212", "-"));
    const sum = figures.map(number).reduce((all, value) => all + value, 0);
    expect(Math.abs(sum - number(total))).toBeLessThan(0.01 * (figures.length + 1));
    await page.context().close();
  });

  test("what if: an item taken out changes the list, stands in the address, and can be put back", async () => {
    const { page } = await open(PAGES.user);
    const titles = () => page.locator(".recommendation .item-link").allTextContents();
    const before = await titles();
    await page
      .getByRole("button", { name: /^Take out/ })
      .first()
      .click();
    await page.waitForURL(/minus=/);
    await settled(page);
    expect(await titles()).not.toEqual(before);
    await page.getByRole("switch", { name: "popularity" }).click();
    await page.waitForURL(/without=popularity/);
    await settled(page);
    await page.getByRole("button", { name: "As it was" }).click();
    await settled(page);
    expect(await titles()).toEqual(before);
    expect(new URL(page.url()).search).toBe("");
    await page.context().close();
  });

  test("what if: an added item stands on top of the history", async () => {
    const { page } = await open(PAGES.user);
    const field = page.getByRole("combobox", { name: "Add an item to the history" });
    await field.fill("lamp no 2");
    await page.getByRole("option").first().waitFor();
    // Enter at once: the offers are still those of the former words.
    await field.fill("soap no 5");
    await page.keyboard.press("Enter");
    await page.waitForURL(/plus=/);
    await settled(page);
    expect(await page.locator(".moment").first().textContent()).toMatch(/^soap no 5.*by you$/);
    await page.context().close();
  });

  test("markup in data is words, and ids with slashes, signs and emoji have pages", async () => {
    const { page, complaints } = await open(`/items/${encodeURIComponent(ODD_ITEM)}`);
    expect(await page.locator("h1").textContent()).toBe(ODD_TITLE);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).toContain("isrf explorer");
    await page.goto(`${shop.url}/users/${encodeURIComponent(ODD_USER)}`);
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe(ODD_USER);
    expect(await page.locator(".moment").count()).toBeGreaterThan(2);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("the theme is chosen by a button and remembered", async () => {
    const { page } = await open("/");
    const paper = async () => {
      await atRest(page);
      return page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    };
    const light = await paper();
    await page.getByRole("button", { name: "Theme: system" }).click();
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    const dark = await paper();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await paper()).toBe(dark);
    await page.context().close();
  });

  test("groups are walked by arrow keys and opened by Enter", async () => {
    const { page } = await open("/groups");
    await page.locator("[data-spot]").first().focus();
    const first = await page.locator(".map-side h2").textContent();
    const spots: unknown[] = [];
    for (const key of ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]) {
      await page.keyboard.press(key);
      spots.push(await page.evaluate("document.activeElement.dataset.spot"));
    }
    for (const each of spots) expect(each).toMatch(/^s\d+$/);
    expect(new Set(spots).size).toBeGreaterThan(1);
    const spot = spots.at(-1);
    expect(first).not.toBe("");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/groups/${spot}`);
    await page.context().close();
  });

  oddTabCases(stage);
  reasoningCases(stage);
  inBrowserCases(stage);
  liveCurveCases(stage);
});

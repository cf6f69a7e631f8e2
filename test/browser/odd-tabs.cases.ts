// Tabs that remember what is no more, addresses that nobody encoded, and replies of another version.
import { describe, expect, test } from "vitest";
import { ODD_USER } from "../support/hostile-shop.ts";
import { settled } from "../support/watched-page.ts";
import type { Stage } from "./stage.ts";

export function oddTabCases(stage: () => Stage): void {
  describe("a tab", () => {
    test("that remembers a run which is served no more asks the server's own choice", async () => {
      const { page } = await stage().open("/");
      await page.evaluate("sessionStorage.setItem('isrf-run', 'of-last-week')");
      await page.goto(`${stage().shop.url}/users/user-3`);
      await page.locator(".recommendation").first().waitFor();
      expect(await page.evaluate("sessionStorage.getItem('isrf-run')")).toBeNull();
      await page.context().close();
    });

    test("keeps ids with percent signs while a question about them is changed", async () => {
      const { shop, open } = stage();
      const path = `/users/${encodeURIComponent(ODD_USER)}`;
      const { page, complaints } = await open(path);
      await page
        .getByRole("button", { name: /^Take out/ })
        .first()
        .click();
      await page.waitForURL(/minus=/);
      await settled(page);
      expect(new URL(page.url()).pathname).toBe(new URL(path, shop.url).pathname);
      expect(await page.locator("h1").textContent()).toBe(ODD_USER);
      await page.goto(`${shop.url}/users/50%`);
      await page.getByRole("heading", { name: "Not found" }).first().waitFor();
      expect(await page.locator("h1").textContent()).toBe("50%");
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    test("says what happened where a page cannot be drawn, and the others go on", async () => {
      const { page } = await stage().open("/");
      await page.route("**/v1/dataset*", (route) => route.fulfill({ json: {} }));
      await page.getByRole("link", { name: "Data", exact: true }).click();
      await page.getByRole("heading", { name: "It could not be drawn" }).waitFor();
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      await settled(page);
      expect(await page.locator("h1").textContent()).toBe("Runs");
      await page.context().close();
    });
  });
}

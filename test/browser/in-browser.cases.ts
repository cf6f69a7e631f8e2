// The page that runs the exported model itself.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportWeb } from "../../src/pipeline/export-web/index.ts";
import { missingPackage } from "../support/optional-package.ts";
import { darkened, painted, settled, violations } from "../support/watched-page.ts";
import { overflow } from "./outline.ts";
import type { Stage } from "./stage.ts";

const missing = missingPackage("onnxruntime-web");
const PATH = "/in-the-browser";
const WAIT = { timeout: 30_000 };

export function inBrowserCases(stage: () => Stage): void {
  describe("the model in the browser", () => {
    test("without an export the page says the command; no other page may compile WebAssembly", async () => {
      const { shop, open } = stage();
      const { page } = await open(PATH);
      const run = join(shop.directory, "run");
      expect(await page.locator(".command").last().textContent()).toBe(`isrf export-web ${run} --out ${run}/web`);
      const policy = async (path: string) =>
        (await fetch(`${shop.url}${path}`, { headers: { accept: "text/html" } })).headers.get(
          "content-security-policy",
        );
      expect(await policy(PATH)).toContain("script-src 'self' 'wasm-unsafe-eval';");
      for (const path of ["/", "/runs", "/in-the-browser/x"]) expect(await policy(path)).not.toContain("wasm");
      expect((await fetch(`${shop.url}/v1/runs/run/browser/model.onnx`)).status).toBe(404);
      expect((await fetch(`${shop.url}/v1/runs/run/browser/..%2Fconfig.json`)).status).toBe(404);
      await page.context().close();
    });

    test.skipIf(missing !== "")(`answers as the server does, and asks it nothing when told so${missing}`, async () => {
      const { shop, open } = stage();
      const run = join(shop.directory, "run");
      await exportWeb(run, { out: join(run, "web"), precision: "float32", check: 0, runtime: false });
      const { page, complaints } = await open(PATH);
      const own = page.locator("#own-list");
      const ids = (list: string) =>
        page.locator(`#${list} [data-item]`).evaluateAll((rows) => rows.map((row) => row.getAttribute("data-item")));
      const agreed = page.getByText("The server's list, item by item");
      await own.getByText("best sellers").waitFor(WAIT);
      expect(await page.locator("#server-list").count()).toBe(0);
      await page.getByRole("combobox", { name: "Add an item to the history" }).fill("lamp no 2");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("Enter");
      await own.locator(".bar-piece").first().waitFor();
      await agreed.waitFor(WAIT);
      expect(await ids("own-list")).toEqual(await ids("server-list"));
      expect(await own.locator(".answer-time").textContent()).toMatch(/^\d+\.\d ms, median of \d/);
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await page.getByRole("checkbox", { name: "Ask the server too" }).uncheck();
      const before = await ids("own-list");
      await own
        .getByRole("button", { name: /^Add .* to the history$/ })
        .first()
        .click();
      await page.locator(".moment").nth(1).waitFor();
      await page.getByRole("switch", { name: "popularity" }).click();
      await page.waitForURL(/without=popularity/);
      await painted(page);
      expect(asked.filter((url) => url.includes("/v1/"))).toEqual([]);
      await page.getByRole("checkbox", { name: "Ask the server too" }).check();
      await agreed.waitFor(WAIT);
      expect(await ids("own-list")).not.toEqual(before);
      expect(await violations(page)).toEqual([]);
      await darkened(page);
      expect(await violations(page, ["color-contrast"])).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(page)).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 900 });
      // Another page is another document, with another policy.
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      await page.waitForURL("**/runs");
      await settled(page);
      expect(await page.evaluate("performance.getEntriesByType('navigation')[0].name")).toBe(`${shop.url}/runs`);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });
}

// Chains of texts: edited, put back, asked for again, and what went wrong with that.
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { plausibleAnswer } from "../support/llm-server.ts";
import { darkened, settled, violations } from "../support/watched-page.ts";
import { overflow } from "./outline.ts";
import type { Stage } from "./stage.ts";

const PATH = "/reasoning?subject=item&id=item-7";

export function reasoningCases(stage: () => Stage): void {
  describe("reasoned texts", () => {
    test("an edit is saved under a name, says what is stale, and is put back", async () => {
      const { page, complaints } = await stage().open("/items/item-7");
      await page.getByRole("link", { name: "Edit, or ask again" }).click();
      await settled(page);
      const core = page.locator(".chain .step").nth(2).locator("p");
      const before = await core.textContent();
      await page.getByRole("button", { name: 'Edit "At its core"' }).click();
      const form = page.getByRole("form", { name: 'Edit "At its core"' });
      await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("TEXTAREA");
      expect(await violations(page)).toEqual([]);
      await form.getByRole("textbox").first().fill("<b>A lamp</b> for ships.");
      await form.getByRole("textbox", { name: /^Your name/ }).fill("Ann");
      await form.getByRole("button", { name: "Save" }).click();
      await page.getByText("1 text changed since the vectors were made").waitFor();
      expect(await core.textContent()).toBe("<b>A lamp</b> for ships.");
      // The item stands beside its texts, and below them what rules find wrong with the new words.
      expect(await page.locator(".told pre").textContent()).toContain("Title: ");
      const wrong = page.getByRole("list", { name: "What checks by rule find wrong" });
      expect(await wrong.textContent()).toContain("not plain");
      expect(await page.locator(".note .command").first().textContent()).toMatch(/^isrf embed /);
      await page.locator(".revisions summary").click();
      expect(await page.locator(".former").textContent()).toBe(before);
      expect(await violations(page)).toEqual([]);
      await darkened(page);
      expect(await violations(page, ["color-contrast"])).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflow(page)).toEqual([]);
      await page.getByRole("button", { name: "Put back" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("2 changes").waitFor();
      expect(await core.textContent()).toBe(before);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    test("asking again shows what is asked, what came of it, and what went wrong", async () => {
      const { llm } = stage().shop;
      const { page, complaints } = await stage().open(PATH);
      const kept = await page.locator(".chain .step p").first().textContent();
      llm.follow(({ prompt }) => ({
        kind: "answer",
        text: `${plausibleAnswer(prompt).slice(0, -1)} anew.`,
        delayMs: 300,
      }));
      await page.getByRole("button", { name: 'Ask again from "Whom it does not" on' }).click();
      await page.getByRole("textbox", { name: /^Your name/ }).fill("Bo");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByText("Asking scripted (openai)").waitFor();
      expect(await page.getByRole("button", { name: "Ask again" }).count()).toBe(0);
      await page.getByText("Asked again; changed:").waitFor();
      expect(await page.locator(".chain .step p").first().textContent()).toBe(kept);
      const anew = await page.locator(".chain .step p").nth(1).textContent();
      expect(anew).toMatch(/ anew\.$/);
      llm.follow(() => ({ kind: "status", status: 401, message: "no such key" }));
      await page.getByRole("button", { name: "Ask again", exact: true }).click();
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.getByText("no such key").waitFor();
      expect(await page.locator(".chain .step p").nth(1).textContent()).toBe(anew);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    test("a form stays open while the texts around it are read anew, and does not overwrite what they brought", async () => {
      const { shop, open } = stage();
      const { page } = await open("/reasoning");
      const [first, second] = [page.getByRole("article").first(), page.getByRole("article").nth(1)];
      await first.getByRole("button", { name: 'Edit "Whom it pleases"' }).click();
      await first.locator("textarea").fill("Dee was here.");
      const client = createClient({ url: shop.url });
      const [chain] = (await client.chains({ subject: "item", limit: 1 })).chains;
      const change = { step: "positive", text: "Cy was here.", former: chain!.texts.positive, by: "Cy" } as const;
      await client.editChain({ subject: "item", id: chain!.id, ...change });
      // Another change of this page has all of its texts read anew.
      await second.getByRole("button", { name: 'Edit "At its core"' }).click();
      await second.locator("textarea").fill("A lamp.");
      await second.getByRole("textbox", { name: /^Your name/ }).fill("Dee");
      await second.getByRole("button", { name: "Save" }).click();
      await first.locator(".step").first().getByText("Cy was here.").waitFor();
      await first.getByRole("button", { name: "Save" }).click();
      await first.getByText("Another text stands there by now").waitFor();
      expect(await first.locator("textarea").inputValue()).toBe("Dee was here.");
      await page.context().close();
    });

    test("a chain is found by words, and one that somebody else changed is not overwritten", async () => {
      const { shop, open } = stage();
      const { page } = await open("/reasoning");
      await page.getByRole("combobox", { name: /^Find the texts/ }).fill("user-9");
      await page.getByRole("option", { name: /^user-9/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL("**/reasoning?subject=user&id=user-9");
      await settled(page);
      await page.getByRole("button", { name: 'Edit "What pleases"' }).click();
      const former = await page.locator(".chain .step p").first().textContent();
      await fetch(`${shop.url}/v1/chains/user/user-9`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ step: "positive", text: "Cy was here.", former, by: "Cy" }),
      });
      await page.locator("textarea").fill("Dee was here.");
      await page.getByRole("textbox", { name: /^Your name/ }).fill("Dee");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Another text stands there by now").waitFor();
      await page.context().close();
    });
  });
}

// The curves of a training that runs while its page is open: the command itself, in a process of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/client/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { until } from "../support/until.ts";
import { settled } from "../support/watched-page.ts";
import type { Stage } from "./stage.ts";

const WAIT = { timeout: 40_000 };
/** More steps than the test waits for. */
const FLAGS =
  "--preset tiny --set width=16 --set layers=1 --set warmStartEpochs=2 --set batch=16 --set patience=400 --epochs 400";

export function liveCurveCases(stage: () => Stage): void {
  describe("curves", () => {
    test("grow while isrf train runs beside the served run, and say when it has ended", {
      timeout: 90_000,
    }, async () => {
      const { shop, open } = stage();
      const [data, out] = [join(shop.directory, "shop"), join(shop.directory, "second")];
      const words = [...ISRF, "train", data, "--out", out, "--threads", "1", "--quiet"];
      const training = spawn(process.execPath, [...words, ...FLAGS.split(" ")], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      training.stderr.resume();
      const ended = once(training, "exit");
      try {
        const client = createClient({ url: shop.url });
        await until(async () => (await client.projects()).trainings.length > 0, {
          child: training,
          everyMs: 200,
        });
        const { page, complaints } = await open("/runs");
        await page.getByText("training runs").waitFor(WAIT);
        await page.getByRole("link", { name: "second", exact: true }).click();
        await page.getByText("live: training runs").waitFor(WAIT);
        const chart = page.getByRole("img", { name: /^train losses/ });
        await chart.waitFor(WAIT);
        const points = async () => Number(/, (\d+) point/.exec((await chart.getAttribute("aria-label"))!)![1]);
        const first = await points();
        await page.locator(`[aria-label^="train losses, ${first} point"]`).waitFor({ ...WAIT, state: "detached" });
        const second = await points();
        expect(second).toBeGreaterThan(first);
        await page.locator(`[aria-label^="train losses, ${second} point"]`).waitFor({ ...WAIT, state: "detached" });
        expect(await points()).toBeGreaterThan(second);
        training.kill("SIGTERM");
        await ended;
        await page.getByText("The training has ended.").waitFor(WAIT);
        await page.reload();
        await settled(page);
        expect(await page.getByText("live: training runs").count()).toBe(0);
        expect(complaints).toEqual([]);
        await page.context().close();
      } finally {
        training.kill("SIGKILL");
        await ended;
      }
    });
  });
}

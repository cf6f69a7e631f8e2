// The machine's Chromium for tests of the explorer: nothing is downloaded, and without one such tests are skipped.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = [
  process.env.CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** Undefined where the machine has none; CHROMIUM names one that lies elsewhere. */
export const BROWSER: string | undefined = PLACES.find((path) => path !== "" && existsSync(path));

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: BROWSER!, args: ["--no-sandbox"] });
}

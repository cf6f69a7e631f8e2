// The machine's own browser, where there is one.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = [
  process.env.ISRF_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];
const executablePath = PLACES.find((place) => place !== "" && existsSync(place));

/** Why a test in a browser is skipped, for its title; "" where it runs. */
export const missingBrowser = executablePath === undefined ? " (skipped: no Chromium; name one by ISRF_CHROMIUM)" : "";

/** One process draws all pages, by the processor: there is no card to ask, and emulating one takes longer. */
const SPARING = [
  "--disable-gpu",
  "--renderer-process-limit=1",
  "--disable-background-networking",
  // A program of 14 MB that answers a few times is not worth compiling twice.
  "--js-flags=--no-wasm-tier-up --wasm-lazy-compilation",
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox", ...SPARING] });
}

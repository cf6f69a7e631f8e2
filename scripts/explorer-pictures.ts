// The pictures of docs/explorer.md, from a running server. Needs chromium and pngquant (Debian: the packages of these
// names).
//   isrf serve RUN && npx tsx scripts/explorer-pictures.ts http://127.0.0.1:8080 USER
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const [url = "http://127.0.0.1:8080", user = ""] = process.argv.slice(2);
const OUT = "docs/images";
const COLOURS = "96";
const PAUSE_MS = 900;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly dark?: boolean;
  readonly phone?: boolean;
  /** Pointed at before the picture is taken. */
  readonly point?: string;
  /** Scrolled to. */
  readonly show?: string;
}

const person = `/users/${encodeURIComponent(user)}`;
const PICTURES: readonly Picture[] = [
  { name: "explorer-user", path: person, point: ".recommendation:nth-child(1) .bar-piece.term-neighbours" },
  { name: "explorer-what-if", path: `${person}?without=popularity`, dark: true },
  { name: "explorer-phone", path: person, phone: true, show: "#recommendations" },
  { name: "explorer-groups", path: "/groups" },
  { name: "explorer-compare", path: `/compare?user=${encodeURIComponent(user)}`, dark: true },
  { name: "explorer-run", path: await runPage() },
];

/** Of the first run that is served. */
async function runPage(): Promise<string> {
  const { runs } = (await (await fetch(`${url}/v1/runs`)).json()) as { runs: readonly { name: string }[] };
  return `/runs/${encodeURIComponent(runs[0]!.name)}`;
}

async function take(
  browser: Browser,
  folder: string,
  { name, path, dark, phone, point, show }: Picture,
): Promise<void> {
  const viewport = phone === true ? { width: 390, height: 844 } : { width: 1280, height: 860 };
  const colorScheme = dark === true ? "dark" : "light";
  const page = await browser.newPage({ viewport, colorScheme, isMobile: phone === true, hasTouch: phone === true });
  await page.goto(`${url}${path}`);
  await page.locator("h1").waitFor();
  while ((await page.locator(".skeleton, .is-old").count()) > 0) await page.waitForTimeout(PAUSE_MS / 10);
  if (show !== undefined) await page.evaluate(`document.querySelector("${show}").scrollIntoView()`);
  if (point !== undefined) await page.locator(point).hover();
  await page.waitForTimeout(PAUSE_MS);
  const shot = join(folder, `${name}.png`);
  await page.screenshot({ path: shot });
  await page.close();
  execFileSync("pngquant", ["--force", "--speed", "1", "--strip", "--output", join(OUT, `${name}.png`), COLOURS, shot]);
}

const folder = mkdtempSync(join(tmpdir(), "isrf-pictures-"));
const browser = await chromium.launch({
  executablePath: process.env.ISRF_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  for (const picture of PICTURES) await take(browser, folder, picture);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

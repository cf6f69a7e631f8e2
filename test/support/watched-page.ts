// A page of the browser that remembers whatever a careful reader would object to.
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

const POLL_MS = 40;

export interface Watched {
  readonly page: Page;
  /** Errors on the console, refusals of the page's policy among them, and requests to other hosts. */
  readonly complaints: readonly string[];
  /** Go to an address and wait until nothing is loading. */
  readonly open: (path: string) => Promise<void>;
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly reducedMotion?: "reduce" | "no-preference";
}

export async function watchedPage(browser: Browser, url: string, look: Look = {}): Promise<Watched> {
  const { width = 1280, height = 900, colorScheme = "light", reducedMotion = "reduce" } = look;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    // An answer that says 404 is told on the console too; pages show it as an empty state.
    if (message.type() === "error" && !message.text().includes("status of 404")) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url) complaints.push(`asked ${request.url()}`);
  });
  return {
    page,
    complaints,
    async open(path) {
      await page.goto(`${url}${path}`);
      await settled(page);
    },
  };
}

/** Until nothing stands in for an answer that is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  while ((await page.locator(".skeleton, .is-old").count()) > 0) await page.waitForTimeout(POLL_MS);
  await painted(page);
}

/** Once what was changed last is on the screen. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** Serious and critical violations, as "rule: where"; of some rules alone where they are named. */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  // As a value of its own: the page's policy forbids a script element.
  if (await page.evaluate("typeof axe === 'undefined'")) await page.evaluate(axe.source);
  const options = rules === undefined ? "{}" : JSON.stringify({ runOnly: rules });
  const found = await page.evaluate<readonly Violation[]>(
    `axe.run(document, ${options}).then((all) => all.violations)`,
  );
  const grave = found.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 4)}`);
}

/** The same page in the other theme, once it is painted. */
export async function darkened(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  await atRest(page);
}

/** Once colours that glide have come to rest. */
export async function atRest(page: Page): Promise<void> {
  await painted(page);
  await page.evaluate(`Promise.all(document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)
    .map(({ finished }) => finished.catch(() => undefined)))`);
}

// A run in a browser: the exported module answers as the run does, in Node by onnxruntime-web and in a real browser.
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import type { OpenRecommender, Recommender } from "../../src/browser/api.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { type Dataset, exportWeb, openDataset, recommend } from "../../src/index.ts";
import { missingBrowser, openBrowser } from "../support/chromium.ts";
import { type FileServer, fileServer } from "../support/file-server.ts";
import { missingPackage } from "../support/optional-package.ts";
import { shell } from "../support/shell.ts";
import { preparedShop, TOY } from "../support/trained-shop.ts";
import { darkened, violations, watchedPage } from "../support/watched-page.ts";

const missing = missingPackage("onnxruntime-web");
const HISTORIES = 12;
const WAIT = { timeout: 20_000 };

let root: string;
let run: string;
let web: string;
let shop: Dataset;
let histories: string[][];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await openDataset(await preparedShop(root));
  [run, web] = [join(root, "run"), join(root, "web")];
  expect((await shell(`train ${root}/shop ${TOY} --threads 1 --out ${run} --quiet`, commands)).code).toBe(0);
  const random = Random.of(3, "histories");
  const ids = shop.items.map(({ itemId }) => itemId);
  histories = Array.from({ length: HISTORIES }, (_, i) => random.shuffle([...ids]).slice(0, 1 + 2 * i));
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

async function own(history: readonly string[], without: readonly string[] = []): Promise<string[]> {
  const { recommendations } = await recommend(run, { history, without, top: 10 });
  return recommendations.map(({ item }) => item.itemId);
}

describe("isrf export-web", () => {
  it("writes a folder that is checked against the run, and says what is in it", async () => {
    const runtime = missing === "" ? "" : " --no-runtime";
    const { code, stdout, stderr } = await shell(
      `export-web ${run} --out ${web} --check 20${runtime} --json`,
      commands,
    );
    expect(code, stderr).toBe(0);
    const { terms, absent, checked, files } = JSON.parse(stdout);
    expect(terms).toEqual(["sequence", "individual", "neighbours", "text", "nearest", "popularity"]);
    expect(absent).toContain("group");
    expect(checked).toMatchObject({ histories: 20 });
    expect(checked.same).toBeGreaterThanOrEqual(19);
    const names = files.map(({ name }: { name: string }) => name);
    const page = ["model.onnx", "tables.bin", "catalogue.json", "recommend.js", "recommend.d.ts", "index.html"];
    expect(names).toEqual(expect.arrayContaining(page));
    expect(await readdir(web)).toContain("README.md");
  });

  it("holds no user, nothing of Node, and no address of another host", async () => {
    for (const name of ["recommend.js", "page.js", "index.html", "catalogue.json"]) {
      const text = await readFile(join(web, name), "utf8");
      expect(text).not.toMatch(/["']node:/);
      expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
      for (const user of shop.users) expect(text).not.toContain(`"${user}"`);
    }
    expect(await readFile(join(web, "index.html"), "utf8")).toContain("default-src 'none'");
  });

  it("writes the same folder by the library", async () => {
    const out = join(root, "by-library");
    const { files, terms } = await exportWeb(run, { out, runtime: false, check: 0 });
    expect(terms).toContain("sequence");
    expect(files.map(({ name }) => name)).toContain("recommend.js");
    for (const name of ["model.onnx", "tables.bin", "catalogue.json", "recommend.js"])
      expect(await readFile(join(out, name))).toEqual(await readFile(join(web, name)));
  });

  it("replaces an export where it is told to, and leaves every other folder alone", async () => {
    const again = join(root, "again");
    await cp(web, again, { recursive: true });
    await rm(join(again, "index.html"));
    expect((await shell(`export-web ${run} --out ${again} --overwrite --no-runtime --check 0`, commands)).code).toBe(0);
    expect(await readdir(again)).toContain("index.html");
    for (const out of [run, join(root, "shop"), root]) {
      const { code, stderr } = await shell(`export-web ${run} --out ${out} --overwrite --check 0`, commands);
      expect(stderr).toBe(
        `error: ${out} exists and is no folder that isrf export-web wrote, so --overwrite leaves it alone. Choose another --out.\n`,
      );
      expect(code).toBe(2);
    }
    await cp(run, join(again, "run"), { recursive: true });
    const inner = await shell(`export-web ${again}/run --out ${again} --overwrite --no-runtime --check 0`, commands);
    expect(inner.stderr).toContain(`${again} exists and holds ${again}/run, so --overwrite leaves it alone`);
    expect(await readdir(join(again, "run"))).toContain("config.json");
  });

  it("refuses a folder that is there, and models that answer by more than a history", async () => {
    expect((await shell(`export-web ${run} --out ${web}`, commands)).stderr).toMatch(/exists already.*--overwrite/);
    await shell(`train ${root}/shop --model lightgcn --preset tiny --epochs 1 --out ${root}/by-user --quiet`, commands);
    const { code, stderr } = await shell(`export-web ${root}/by-user --out ${root}/none`, commands);
    expect(code).toBe(2);
    expect(stderr).toMatch(/lightgcn.*only ISRF.s answers that are sums of evidence/);
  });
});

describe.skipIf(missing !== "")(`in Node, by onnxruntime-web${missing}`, () => {
  let recommender: Recommender;

  beforeAll(async () => {
    const { openRecommender } = (await import(pathToFileURL(join(web, "recommend.js")).href)) as {
      openRecommender: OpenRecommender;
    };
    const ort = await import("onnxruntime-web");
    const read = async (name: string) => new Uint8Array(await readFile(join(web, name)));
    recommender = await openRecommender({ ort: ort as never, read });
  });
  afterAll(() => recommender.dispose());

  it("recommends the run's ten items in the run's order", async () => {
    for (const history of histories) {
      const { items, made } = await recommender.recommend(history);
      expect(items.map(({ item }) => item.id)).toEqual(await own(history));
      expect(made).toBe("history-only");
    }
  });

  it("leaves terms out as --without does", async () => {
    const without = ["neighbours", "text"];
    const { items } = await recommender.recommend(histories[3]!, { without });
    expect(items.map(({ item }) => item.id)).toEqual(await own(histories[3]!, without));
    expect(items[0]!.evidence.map(({ term }) => term)).not.toContain("text");
    await expect(recommender.recommend(histories[3]!, { without: ["nobody"] })).rejects.toThrow(/nobody.*neighbours/);
  });

  it("gives scores that are the sums of their evidence, and what is behind it out of the history", async () => {
    const history = histories[2]!;
    const { items } = await recommender.recommend(history, { count: 3 });
    for (const { score, evidence } of items)
      expect(evidence.reduce((sum, { adds }) => sum + adds, 0)).toBeCloseTo(score, 4);
    const behind = await recommender.behind(history, items[0]!.item.id);
    const named = behind.flatMap((one) => one.items.map(({ item }) => item.id));
    expect(named.length).toBeGreaterThan(0);
    for (const id of named) expect(history).toContain(id);
  });

  it("answers whoever has nothing by popularity, passes unknown ids over, and keeps to a filter", async () => {
    expect(await recommender.recommend([])).toMatchObject({ made: "fallback", unknown: [] });
    const { unknown, items } = await recommender.recommend(["nothing", ...histories[1]!], {
      only: ({ id }) => id.endsWith("1"),
      count: 5,
    });
    expect(unknown).toEqual(["nothing"]);
    expect(items.map(({ item }) => item.id.at(-1))).toEqual(["1", "1", "1", "1", "1"]);
  });
});

const missingNode = missingPackage("onnxruntime-node");

describe.skipIf(missingNode !== "")(`in Node, by onnxruntime-node${missingNode}`, () => {
  it("recommends the run's ten items, with nothing said of where it runs", async () => {
    const { openRecommender } = (await import(pathToFileURL(join(web, "recommend.js")).href)) as {
      openRecommender: OpenRecommender;
    };
    const ort = await import("onnxruntime-node");
    const read = async (name: string) => new Uint8Array(await readFile(join(web, name)));
    const recommender = await openRecommender({ ort: ort as never, read });
    const { items } = await recommender.recommend(histories[3]!);
    expect(items.map(({ item }) => item.id)).toEqual(await own(histories[3]!));
    await recommender.dispose();
  });
});

const browserless = missing + missingBrowser;

describe.skipIf(browserless !== "")(`in a browser${browserless}`, () => {
  let browser: Browser;
  let server: FileServer;
  let page: Page;
  let complaints: readonly string[];

  beforeAll(async () => {
    server = await fileServer(web);
    browser = await openBrowser();
    ({ page, complaints } = await watchedPage(browser, server.url.slice(0, -1)));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it("the module recommends the run's ten items in the run's order", async () => {
    await page.goto(server.url);
    // As text: what stands in a page must not be rewritten by the test runner.
    const found = await page.evaluate(`(async () => {
      const { openRecommender } = await import("/recommend.js");
      const recommender = await openRecommender();
      const lists = [];
      for (const history of ${JSON.stringify(histories)}) {
        const { items } = await recommender.recommend(history);
        lists.push(items.map(({ item }) => item.id));
      }
      return lists;
    })()`);
    expect(found).toEqual(await Promise.all(histories.map((history) => own(history))));
  });

  it("the page finds items, takes them into a history, recommends with evidence and says why", async () => {
    const [first] = histories[1]!;
    const shown = () =>
      page.evaluate(`[...document.querySelectorAll("#recommended details")].map((one) => one.dataset.id)`);
    await page.goto(server.url);
    await expect.poll(() => page.locator("#recommended li").count(), WAIT).toBe(10);
    expect(await page.textContent("#made")).toContain("best sellers");
    await page.fill("#search", first!);
    await page.press("#search", "Enter");
    await page.waitForSelector("#recommended .bar");
    expect(await page.locator("#items li").count()).toBe(1);
    const expected = await own([first!]);
    expect(await shown()).toEqual(expected);
    await page.locator("#recommended summary").first().click();
    await page.waitForSelector(".why dt");
    const quiet = await own([first!], ["sequence"]);
    await page.uncheck("#terms input >> nth=0");
    await expect.poll(shown, WAIT).toEqual(quiet);
  });

  it("the page says what is not found or not known, and keeps the focus where an item was taken out", async () => {
    const [first, second] = histories[2]!;
    await page.goto(`${server.url}?history=${first},nothing,${second}`);
    await expect.poll(() => page.locator("#items li").count(), WAIT).toBe(3);
    expect(await page.locator("#items li").nth(1).textContent()).toContain("nothing, not known here");
    const remove = page.locator("#items button");
    await remove.nth(1).click();
    expect(await page.evaluate("document.activeElement.title")).toBe(`remove ${second}`);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("search");
    await page.fill("#search", "zzz-zzz");
    await expect.poll(() => page.textContent("#found-none"), WAIT).toBe("Nothing is called that here.");
    await page.fill("#search", "");
    await expect.poll(() => page.textContent("#found-none"), WAIT).toBe("");
    await page.locator("#surprise").click();
    await page.waitForSelector("#recommended .bar");
  });

  it("can be used by whoever sees or moves otherwise, in both themes", async () => {
    await page.locator("#recommended summary").nth(1).click();
    await page.locator(".why dt").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await darkened(page);
    expect(await violations(page)).toEqual([]);
  });

  it("broke no rule of its own policy, asked no other host, and logged no error", () => {
    expect(complaints).toEqual([]);
  });
});

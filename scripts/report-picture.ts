// The README's picture from a report: its head, two of its figures and one recommendation, side by side as the report
// styles them. Needs chromium and pngquant (Debian: the packages of these names).
//   npm run demo && npx tsx scripts/report-picture.ts isrf-demo/report.html docs/images/report.png
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [from = "isrf-demo/report.html", out = "docs/images/report.png"] = process.argv.slice(2);
const report = readFileSync(from, "utf8");

/** The first piece of the report that matches. @throws when the report has no such part. */
function part(what: string, pattern: RegExp): string {
  const found = report.match(pattern);
  if (found === null) throw new Error(`${from} has no ${what}: is it the report of isrf demo?`);
  return found[0];
}

const style = part("style", /<style>[\s\S]*?<\/style>/);
const head = part("head", /<p class="overline">[\s\S]*?<\/dl>/);
const ranking = part("chart of metrics", /<h3>Sequential recommendation<\/h3>[\s\S]*?<\/figure>/);
const interests = part("chart of interests", /<h3>A user's two interests<\/h3>[\s\S]*?<\/figure>/);
const cards = report.match(/<article class="recommendation">[\s\S]*?<\/article>/g) ?? [];
const card = cards.find((each) => each.includes("taken next")) ?? part("recommendation", /<article[\s\S]*?<\/article>/);

const [WIDTH, HEIGHT] = [1360, 930];
const page = `<!doctype html><meta charset="utf-8">${style}<style>
  main { max-width: none; padding: 1.6rem; display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; }
  h3:first-child { margin-top: .4rem; } h3 + p, h3 + figure span, details { display: none; } .evidence { grid-template-columns: 1fr 1fr; }
</style><main><div>${head}${ranking}</div><div>${interests}${card}</div></main>`;

const folder = mkdtempSync(join(tmpdir(), "isrf-picture-"));
try {
  const [file, shot] = [join(folder, "page.html"), join(folder, "shot.png")];
  writeFileSync(file, page);
  const size = [`--window-size=${WIDTH},${HEIGHT}`, "--force-device-scale-factor=1.5", "--hide-scrollbars"];
  const flags = ["--headless", "--no-sandbox", ...size, `--screenshot=${shot}`];
  execFileSync("chromium", [...flags, `file://${file}`], { stdio: "ignore" });
  execFileSync("pngquant", ["--force", "--speed", "1", "--strip", "--output", resolve(out), "64", shot]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${out}\n`);

// The exported folder's own page.
import type { CheckedAnswers } from "./check.ts";
import type { Runtime } from "./runtime-files.ts";

export interface ReadmeFacts {
  readonly system: string;
  readonly version: string;
  readonly items: number;
  readonly terms: readonly string[];
  readonly precision: string;
  readonly runtime: Runtime | undefined;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly checked: CheckedAnswers | undefined;
}

export function readmeOf({ system, version, items, terms, precision, runtime, files, checked }: ReadmeFacts): string {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return `# ${system} in a browser

Recommends from a history among ${items} items, without a server. Written by isrf ${version}, numbers as ${precision}.
Scores are sums of ${terms.join(", ")}; users are not in it.

Open it through any web server for files, as browsers load modules by HTTP alone:

    npx serve .

\`\`\`js
import { openRecommender } from "./recommend.js";

const recommender = await openRecommender();
const { items } = await recommender.recommend(["id of an item", "a later one"], { count: 10 });
const [{ item, score, evidence }] = items;
\`\`\`

In Node, with onnxruntime-web or onnxruntime-node installed:

\`\`\`js
import { readFile } from "node:fs/promises";
import * as ort from "onnxruntime-web";

const read = (name) => readFile(new URL(name, import.meta.url));
const recommender = await openRecommender({ ort, read });
\`\`\`

\`recommend.d.ts\` has every option. A page needs no more of a Content-Security-Policy than \`script-src 'self'
'wasm-unsafe-eval'; connect-src 'self'\`.

${checkedWords(checked)}
| file | bytes |
|---|---|
${files.map(({ name, bytes }) => `| ${name} | ${bytes} |`).join("\n")}
| all | ${total} |

${
  runtime === undefined
    ? "onnxruntime-web is not in it: hand it to `openRecommender` as `ort`, or put its files into `ort/`."
    : `\`ort/\` is onnxruntime-web ${runtime.version} (${runtime.license} licence, Microsoft).`
}
`;
}

function checkedWords(checked: CheckedAnswers | undefined): string {
  if (checked === undefined) return "";
  const { histories, same, shared } = checked;
  return `Of ${histories} histories ${same} got the run's own ten items in its order; lists share ${(100 * shared).toFixed(1)} % of their items.\n`;
}

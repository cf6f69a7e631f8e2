import type { ExportedWeb } from "../../pipeline/export-web/index.ts";
import { exportWebSettings } from "../../pipeline/export-web/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { formatSeconds } from "../rate.ts";

export const exportWebCommand = defineCommand({
  path: ["export-web"],
  summary: "write a run as a page that recommends in a browser, without a server",
  description:
    "The folder holds the model as ONNX, its tables, the catalogue, an ES module (recommend.js, with types) that answers a history by onnxruntime-web, and a page that tries it. Answers are those of `isrf recommend RUN --history ...`: ISRF's, presets tiny and mini, to somebody new. No user is in it; whoever has the folder has the catalogue and the model.\n\n" +
    "Copies files of onnxruntime-web, which is not installed with isrf: npm install onnxruntime-web.",
  examples: ["isrf export-web run --out web", "isrf export-web run --out web --precision float32 --webgpu"],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: exportWebSettings,
  async run({ arguments: { run }, options }, { report, signal }) {
    const { exportWeb } = await import("../../pipeline/export-web/index.ts");
    const written = await exportWeb(run, exact({ ...options, report, signal }));
    return { json: written, text: exportedText(written) };
  },
});

function exportedText({ out, items, terms, absent, files, checked, seconds }: ExportedWeb): string {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const size = (bytes: number) => `${(bytes / 1e6).toFixed(2).padStart(8)} MB`;
  return [
    `${out}: ${items} items, ${size(total).trim()}, in ${formatSeconds(seconds)}`,
    `scores: ${terms.join(" + ")}${absent.length === 0 ? "" : `; ${absent.join(" and ")} say nothing of somebody new`}`,
    ...files.slice(0, 8).map(({ name, bytes }) => `  ${size(bytes)}  ${name}`),
    ...(checked === undefined
      ? []
      : [
          `checked: ${checked.same} of ${checked.histories} lists are the run's own, ${(100 * checked.shared).toFixed(1)} % of all items; ${checked.ms.toFixed(1)} ms an answer here`,
        ]),
    `Look at it: npx serve ${out}`,
  ].join("\n");
}

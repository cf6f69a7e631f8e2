import { helperSettings } from "../../pipeline/helpers/settings.ts";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const trainHelperCommand = defineCommand({
  path: ["train-helper"],
  summary: "compute parts of another process's training",
  description:
    "Joins a training that was begun with --helpers-at HOST:PORT and --set accumulate=N, and computes parts of its batches until it ends. It is sent the model and the batches, and needs no data. It may join late and be killed at any time: its part is then computed by another, and the run is the same.\n\n" +
    "ISRF_HELPER_TOKEN holds a secret that both sides know. The connection is not encrypted: use a network of your own, or a tunnel.",
  examples: ["isrf train-helper gpu1:7070", "isrf train-helper 10.0.0.5:7070 --device cuda"],
  arguments: [{ name: "address", description: "address of the training, HOST:PORT", required: true }],
  options: helperSettings,
  async run({ arguments: { address }, options: { device, threads } }, { report, signal }) {
    const { helperAddress, helperToken, helpTraining } = await import("../../pipeline/helpers/index.ts");
    const place = { ...helperAddress(address), token: helperToken() };
    report({ kind: "stage", stage: "help", detail: `the training at ${address}` });
    const parts = await helpTraining({ ...place, compile: { device, threads }, report, signal });
    return { json: { address, parts }, text: `${parts} parts computed for ${printable(address)}` };
  },
});

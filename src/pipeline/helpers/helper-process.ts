// A helper as a process of this machine: begun by `with-crew.ts`, it ends with the training.
import { helpTraining } from "../../recommenders/generative/index.ts";
import { helperAddress, helperToken } from "./address.ts";

const [address, threads] = process.argv.slice(2);
const controller = new AbortController();
// A terminal's Ctrl-C reaches this process, too: the training decides.
process.on("SIGINT", () => {});
process.on("disconnect", () => controller.abort());
const compile = { threads: threads === undefined ? undefined : Number(threads) };
const place = { ...helperAddress(address!), token: helperToken() };
await helpTraining({ ...place, compile, signal: controller.signal }).then(
  () => process.exit(0),
  () => process.exit(1),
);

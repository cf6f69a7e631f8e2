// A helper as a process of this machine: begun by `with-crew.ts`, it ends with the training.
import { reasonOf } from "../../base/system-errors.ts";
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
  (error: unknown) => {
    // The training says so: this process has no words of its own.
    if (!process.connected) process.exit(1);
    process.send!(reasonOf(error), () => process.exit(1));
  },
);

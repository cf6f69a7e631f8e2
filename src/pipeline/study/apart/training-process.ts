// A training in a process of its own: begun by `train-apart.ts`. When its study is gone, it keeps its last checkpoint
// and ends, too.
import { standApart } from "../../apart/stand-apart.ts";
import { train } from "../../train/index.ts";
import type { SentTraining } from "./train-apart.ts";

standApart((task: SentTraining, how) => train({ ...task, ...how }), {
  onDevice: ({ device = "cpu" }) => device !== "cpu",
  whenAlone: "stop",
});

// A part of a training in a process of its own: begun by `part-apart.ts`. It ends with the one that trains the run, so
// that whoever goes on with the run finds nobody at its checkpoints.
import { standApart } from "../../apart/stand-apart.ts";
import { type SentPart, trainPart } from "./train-part.ts";

standApart((task: SentPart, how) => trainPart(task, how), { onDevice: () => false, whenAlone: "end" });

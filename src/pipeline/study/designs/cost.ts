// What ISRF costs beside the systems that the paper sets it beside (its table 4), and P5 and POD.
import type { StudyDesign } from "./design.ts";
import { type Main, mainDesign } from "./main.ts";

/** Rows beside ISRF where nobody says which. */
const SYSTEMS = ["elmrec", "pod", "p5"] as const;

/** Every row's training is measured; the picture is of what it took (`cost.svg`). */
export function costDesign({ systems = SYSTEMS, ...main }: Main): StudyDesign {
  const { systems: rows, notes } = mainDesign({ ...main, systems });
  return { systems: rows, notes, costs: true };
}

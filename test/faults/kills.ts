// SIGKILL at random moments, then the same work again.
import { aftermath, INTERRUPTIBLE, momentOf } from "./interruption.ts";
import type { FaultKind } from "./trial.ts";

export const KILLS: FaultKind = {
  kind: "kills",
  cases: INTERRUPTIBLE.map((one) => ({
    name: one.name,
    async run(place, random, note) {
      await one.begin(place);
      const moment = momentOf(one, place, random);
      const { child, ended } = place.start(one.words);
      const timer = setTimeout(() => child.kill("SIGKILL"), moment);
      note(`kill -9 after ${moment} ms`);
      await ended;
      clearTimeout(timer);
      return aftermath(one, place);
    },
  })),
};

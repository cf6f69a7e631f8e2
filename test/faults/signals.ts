// SIGINT and SIGTERM at random moments: a quick end, a code that tells, and the same work again.
import { availableParallelism, loadavg } from "node:os";
import { lastWords, misbehaviour } from "./command.ts";
import { aftermath, describe, INTERRUPTIBLE, momentOf } from "./interruption.ts";
import type { FaultKind } from "./trial.ts";
import { broken } from "./verdict.ts";

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;
const STOPPED_WITHIN_MS = 3000;

/** Programs that wait for a core take that much longer. */
const patience = (): number => STOPPED_WITHIN_MS * Math.max(1, loadavg()[0]! / availableParallelism());

export const SIGNALS: FaultKind = {
  kind: "signals",
  cases: INTERRUPTIBLE.map((one) => ({
    name: one.name,
    async run(place, random, note) {
      await one.begin(place);
      const signal = random.below(2) === 0 ? "SIGINT" : "SIGTERM";
      const moment = momentOf(one, place, random);
      note(`${signal} after ${moment} ms`);
      const { child, ended } = place.start(one.words);
      let sent: number | undefined;
      const timer = setTimeout(() => {
        sent = performance.now();
        child.kill(signal);
      }, moment);
      const end = await ended;
      clearTimeout(timer);
      const took = sent === undefined ? 0 : Math.round(performance.now() - sent);
      // Before the program has set its handlers up the system ends it.
      const isEarly = end.signal === signal && end.stderr === "";
      if (!isEarly && end.code !== 0 && end.code !== CODES[signal])
        return misbehaviour(end) ?? broken(`ends with ${describe(end)}`);
      if (took > patience()) return broken(`stops after ${took} ms: ${lastWords(end.stderr)}`);
      return aftermath(one, place);
    },
  })),
};

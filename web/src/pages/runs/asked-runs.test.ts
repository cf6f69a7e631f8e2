import { expect, it } from "vitest";
import { type Run, ServerError } from "../../../../src/client/index.ts";
import { askedRuns } from "./asked-runs.ts";

it("names the runs that could not be asked, and why", () => {
  const large = { name: "large" } as Run;
  const refusal = new ServerError(404, { message: "There is no run small." }, undefined);
  const answers: PromiseSettledResult<Run>[] = [
    { status: "fulfilled", value: large },
    { status: "rejected", reason: refusal },
    { status: "rejected", reason: new TypeError("fetch failed") },
  ];
  expect(askedRuns(["large", "small", "away"], answers)).toEqual({
    runs: [large],
    missing: [
      { name: "small", why: "There is no run small." },
      { name: "away", why: "The server does not answer." },
    ],
  });
});

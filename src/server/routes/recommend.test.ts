import { expect, test } from "vitest";
import { RequestError } from "../request-error.ts";
import type { Services } from "../services.ts";
import type { Prepared } from "./handler.ts";
import { recommendHandlers } from "./recommend.ts";

test("what fails inside a batch is logged under the request's id, counted, and told with its time to ask again", async () => {
  const [faults, codes] = [[] as [string, string][], [] as string[]];
  const services = {
    answering: {
      async recommend({ user }: { user: string }): Promise<string> {
        if (user === "ann") throw new Error("the disk broke");
        throw new RequestError("too_many", "Many wait.", { retryAfter: 7 });
      },
    },
    metrics: { refusalInBatch: (code: string) => codes.push(code) },
    onFault: (requestId: string, { message }: Error) => faults.push([requestId, message]),
  };
  // What the handlers of a batch read of the server.
  const { recommendBatch } = recommendHandlers(services as unknown as Services);
  const requests = [{ user: "ann" }, { user: "bob" }, { user: 5 }];
  const reply = (await recommendBatch({ requests }, { requestId: "r-1" })) as Prepared;
  expect(JSON.parse(reply.json).answers).toMatchObject([
    { error: { code: "internal" } },
    { error: { code: "too_many", retryAfter: 7 } },
    { error: { code: "bad_request", at: "requests[2].user" } },
  ]);
  expect(faults).toEqual([["r-1", "the disk broke"]]);
  expect(codes.toSorted()).toEqual(["bad_request", "internal", "too_many"]);
});

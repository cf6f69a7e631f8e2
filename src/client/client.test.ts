import { describe, expect, it } from "vitest";
import { createClient, ServerError } from "./client.ts";

/** Of a server that gives this reply to everything. */
const clientOf = (reply: Response | Error) =>
  createClient({
    url: "http://shop",
    fetch: async () => {
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });

describe("a call", () => {
  it("throws a ServerError for an answer that is no JSON, such as the page of a proxy", async () => {
    const call = clientOf(new Response("<html>Sign in</html>", { status: 200 })).runs();
    await expect(call).rejects.toThrow(ServerError);
    await expect(call).rejects.toMatchObject({
      status: 200,
      message: "The server answered with status 200 and with what is no JSON.",
      code: undefined,
      todo: expect.stringContaining("isrf serve"),
    });
  });

  it("throws a ServerError for a refusal, with what it says, also where that is no JSON", async () => {
    const error = { code: "busy", message: "Too many wait.", todo: "Ask again.", requestId: "r1" };
    const refused = Response.json({ error }, { status: 429, headers: { "retry-after": "3" } });
    await expect(clientOf(refused).runs()).rejects.toMatchObject({ ...error, status: 429, retryAfter: 3 });
    const page = new Response("Bad Gateway", { status: 502 });
    await expect(clientOf(page).runs()).rejects.toMatchObject({
      name: "ServerError",
      message: "The server answered with status 502.",
    });
  });

  it("throws what fetch throws where the server is not reached", async () => {
    const away = new TypeError("fetch failed");
    await expect(clientOf(away).runs()).rejects.toBe(away);
  });
});

import { expect, it } from "vitest";
import { openAiCall } from "./addresses.ts";

it("several servers of a model are refused where one is asked, and not called by a garbled address", () => {
  const access = { baseUrl: "http://127.0.0.1:8000/v1, http://127.0.0.1:8001/v1", key: undefined };
  expect(() => openAiCall(access, "embeddings", "--encoder openai")).toThrow(
    /--encoder openai: OPENAI_BASE_URL names several servers.*Name one\./,
  );
});

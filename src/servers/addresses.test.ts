import { describe, expect, it } from "vitest";
import { ollamaBase, openAiCall, permitted } from "./addresses.ts";

describe("an address under ISRF_OFFLINE", () => {
  it.each(["http://localhost:11434/", "http://127.0.0.1:8000/v1", "http://127.9.0.3/", "http://[::1]:80/"])(
    "%s is this machine, and may be asked",
    (address) => {
      expect(permitted(new URL(address), { ISRF_OFFLINE: "1" }).href).toBe(new URL(address).href);
    },
  );

  it.each([
    "https://api.openai.com/v1",
    "http://10.0.0.7:11434/",
    "http://localhost.example/",
    "http://127.0.0.1.nip.io/",
  ])("%s is beyond it, and is refused by name", (address) => {
    const url = new URL(address);
    expect(() => permitted(url, { ISRF_OFFLINE: "1" })).toThrow(
      `ISRF_OFFLINE is set, and this would ask ${url.hostname}`,
    );
  });

  it.each([{}, { ISRF_OFFLINE: "" }, { ISRF_OFFLINE: "0" }])(
    "without it (%j) every address is left as it is",
    (environment) => {
      expect(permitted(new URL("https://api.openai.com/v1"), environment).hostname).toBe("api.openai.com");
    },
  );
});

it("several servers of a model are refused where one is asked, and not called by a garbled address", () => {
  const access = { baseUrl: "http://127.0.0.1:8000/v1, http://127.0.0.1:8001/v1", key: undefined };
  expect(() => openAiCall(access, "embeddings", "--encoder openai")).toThrow(
    /--encoder openai: OPENAI_BASE_URL names several servers.*Name one\./,
  );
  expect(() => ollamaBase("gpu1, gpu2 x2")).toThrow(/OLLAMA_HOST names several servers.*Name one\./);
});

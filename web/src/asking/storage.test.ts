import { afterEach, describe, expect, it, vi } from "vitest";
import { recall, remember } from "./storage.ts";

afterEach(() => vi.unstubAllGlobals());

/** As browsers do with cookies blocked: looking at the property is refused. */
function forbid(place: string): void {
  vi.stubGlobal(place, undefined);
  Object.defineProperty(globalThis, place, {
    configurable: true,
    get: () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    },
  });
}

describe("what the browser keeps", () => {
  it("is given back until it is forgotten", () => {
    const kept = new Map<string, string>();
    vi.stubGlobal("sessionStorage", {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, words: string) => kept.set(name, words),
      removeItem: (name: string) => kept.delete(name),
    });
    expect(recall("sessionStorage", "run")).toBeUndefined();
    remember("sessionStorage", "run", "large");
    expect(recall("sessionStorage", "run")).toBe("large");
    remember("sessionStorage", "run", undefined);
    expect(recall("sessionStorage", "run")).toBeUndefined();
  });

  it("is nothing where storage is forbidden, and no page stays blank for it", async () => {
    for (const place of ["sessionStorage", "localStorage"] as const) {
      forbid(place);
      remember(place, "run", "large");
      expect(recall(place, "run")).toBeUndefined();
    }
    vi.resetModules();
    const { accessKey, rememberKey } = await import("./access-key.ts");
    const { chosenRun, chooseRun } = await import("./chosen-run.ts");
    const { editorName } = await import("./editor-name.ts");
    expect([accessKey.value, chosenRun.value, editorName.value]).toEqual(["", undefined, ""]);
    rememberKey("k");
    chooseRun("large");
    expect([accessKey.value, chosenRun.value]).toEqual(["k", "large"]);
  });
});

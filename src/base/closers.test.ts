import { expect, test } from "vitest";
import { Closers } from "./closers.ts";

test("closes in the other order, once, and all of them where one fails", async () => {
  const closed: string[] = [];
  const closers = new Closers();
  closers.add(async () => void closed.push("store"));
  closers.add(() => Promise.reject(new Error("the model is gone")));
  closers.add(async () => void closed.push("log"));
  await expect(closers.close()).rejects.toThrow("the model is gone");
  expect(closed).toEqual(["log", "store"]);
  await closers.close();
  expect(closed).toHaveLength(2);
});

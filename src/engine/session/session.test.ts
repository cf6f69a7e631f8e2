import type { InferenceSession } from "onnxruntime-common";
import { afterEach, expect, it, vi } from "vitest";
import { add, compile, trace } from "../index.ts";
import { ort } from "./onnxruntime.ts";
import { Session } from "./session.ts";
import { StagedExecutable } from "./staged-executable.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Native sessions as they are opened, and how many were released. */
function watchSessions() {
  const opened: InferenceSession[] = [];
  const released = { count: 0 };
  const create = ort.InferenceSession.create.bind(ort.InferenceSession);
  vi.spyOn(ort.InferenceSession, "create").mockImplementation((async (bytes: Uint8Array, options: object) => {
    const session = await create(bytes, options);
    const release = session.release.bind(session);
    vi.spyOn(session, "release").mockImplementation(() => {
      released.count++;
      return release();
    });
    opened.push(session);
    return session;
  }) as typeof ort.InferenceSession.create);
  return { opened, released };
}

const whole = trace((t) => ({ y: add(t.input("x", [2]), t.constant("c", Float32Array.of(1, 2), [2])) }));
const broken = { ...whole, constants: new Map([["c", new Float32Array(3)]]) };

it("gives a native session back where its constants do not fit", async () => {
  const { opened, released } = watchSessions();
  await expect(Session.open(broken, {})).rejects.toThrow("3 values, expected shape [2]");
  expect([opened.length, released.count]).toEqual([1, 1]);
});

it("gives the sessions of earlier stages back where a later one does not open", async () => {
  const { opened, released } = watchSessions();
  const stages = [whole, broken].map((program) => ({ kind: "session", program, foreign: [] }) as const);
  await expect(StagedExecutable.open(whole, stages, {})).rejects.toThrow("3 values");
  expect([opened.length, released.count]).toEqual([2, 2]);
});

it("ends runs that are under way before it is disposed of", async () => {
  const { opened, released } = watchSessions();
  const executable = await compile(whole);
  const [native] = opened;
  let finish: () => void = () => {};
  const results = new Promise<never>((_, reject) => {
    finish = () => reject(new Error("ended"));
  });
  vi.spyOn(native!, "run").mockReturnValue(results);
  const run = executable.run({ x: Float32Array.of(1, 2) });
  const end = executable.dispose();
  await new Promise((done) => setImmediate(done));
  expect(released.count).toBe(0);
  finish();
  await expect(run).rejects.toThrow("ended");
  await end;
  expect(released.count).toBe(1);
});

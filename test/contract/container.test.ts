// The container's files against the command line and the API: no image is built here.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import { pathsIn } from "../../src/pipeline/first-run/directory.ts";
import { serveSettings } from "../../src/server/settings.ts";
import { shell } from "../support/shell.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { port } = serveSettings.parse({});

/** Instructions in order, continued lines joined. */
const instructions = read("Dockerfile")
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n/g, " ")
  .split("\n")
  .flatMap((line) => {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, rest: rest!.trim() }];
  });
const of = (name: string) => instructions.filter((one) => one.name === name).map(({ rest }) => rest);
/** Those of the last stage. */
const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));

interface Service {
  readonly image: string;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}
const compose = parse(read("compose.yaml")) as {
  readonly services: Readonly<Record<"isrf" | "postgres" | "redis" | "worker", Service>>;
  readonly volumes: object;
};

async function settingsOf(words: readonly string[]): Promise<Record<string, { value: unknown }>> {
  const { code, stdout, stderr } = await shell([...words, "--print-config", "--json"], commands);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).settings;
}

describe("the Dockerfile", () => {
  it("serves with options that exist, at the port that it exposes and is asked at", async () => {
    const settings = await settingsOf(JSON.parse(of("CMD").at(-1)!));
    expect(settings).toMatchObject({ port: { value: port }, host: { value: "0.0.0.0" } });
    expect(of("EXPOSE")).toEqual([String(port)]);
    expect(of("HEALTHCHECK")[0]).toContain(`http://127.0.0.1:${port}/healthz`);
    expect(of("ENTRYPOINT")).toEqual(['["isrf"]']);
  });

  it("runs as nobody special, on a Node that the package takes, and keeps data in a volume", () => {
    expect(last.filter(({ name }) => name === "USER")).toEqual([{ name: "USER", rest: "node" }]);
    expect(of("VOLUME")).toEqual(["/data"]);
    const [, node] = /^NODE=(\d+)-slim$/.exec(of("ARG")[0]!)!;
    const { engines } = JSON.parse(read("package.json"));
    expect(Number(node)).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)![0]));
    expect(of("FROM").every((image) => image.startsWith("node:$"))).toBe(true);
  });

  it("copies what is there, and what .dockerignore lets through", () => {
    const kept = read(".dockerignore")
      .split("\n")
      .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
    for (const path of kept) expect(existsSync(join(root, path)), path).toBe(true);
    const copied = of("COPY").filter((rest) => !rest.startsWith("--from") && rest !== ". .");
    for (const path of copied.flatMap((rest) => rest.split(/\s+/).slice(0, -1))) expect(kept).toContain(path);
    expect(last.some(({ rest }) => rest === ". ." || rest.includes("npm "))).toBe(false);
  });
});

it.each(["docs/container.md", "compose.yaml"])("%s serves and trains on what `isrf run --out shop` writes", (path) => {
  const { run, dataset } = pathsIn("shop");
  const words = read(path);
  expect(words).toContain(`cp -r ${run} ${dataset} data/`);
  for (const [, name] of words.matchAll(/(?:train|recommend|serve) \/data\/([\w-]+)/g))
    expect([run, dataset]).toContain(join("shop", name!));
});

describe("compose.yaml", () => {
  const { isrf, postgres, redis, worker } = compose.services;

  it("serves with options that exist, events in the database of the file, keys and password from outside", async () => {
    const { store, port: own } = await settingsOf(isrf.command);
    const { username, hostname, pathname, password } = new URL(String(store!.value));
    expect(own!.value).toBe(port);
    expect(Object.keys(compose.services)).toContain(hostname);
    expect(postgres.environment).toMatchObject({ POSTGRES_USER: username, POSTGRES_DB: pathname.slice(1) });
    expect(password).toBe("");
    for (const secret of [isrf.environment!.ISRF_API_KEYS, isrf.environment!.PGPASSWORD])
      expect(secret).toMatch(/^\$\{\w+:\?/);
    expect(isrf.environment!.PGPASSWORD).toBe(postgres.environment!.POSTGRES_PASSWORD);
  });

  it("publishes on loopback alone, waits for the database, and asks whether it can answer", () => {
    expect(isrf.ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(isrf.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(isrf.healthcheck!.test.join(" ")).toContain(`http://127.0.0.1:${port}/readyz`);
    expect(isrf.volumes![0]).toMatch(/:\/data$/);
    for (const service of [postgres, redis]) {
      expect(service.healthcheck!.test[0]).toBe("CMD");
      expect(service.image).toMatch(/^\w+:\d+-alpine$/);
    }
  });

  it("starts Redis and workers only when asked: the server does without", () => {
    expect([redis.profiles, worker.profiles]).toEqual([["workers"], ["workers"]]);
    expect(isrf.command.join(" ")).not.toContain("redis");
  });

  it("has workers take jobs from a Redis that keeps them", async () => {
    const { queue, objects } = await settingsOf(worker.command);
    expect(Object.keys(compose.services)).toContain(new URL(String(queue!.value)).hostname);
    expect(String(objects!.value)).toMatch(/^\/data\//);
    expect(worker.volumes).toEqual(isrf.volumes);
    expect(worker.depends_on).toEqual({ redis: { condition: "service_healthy" } });
    expect(redis.command.join(" ")).toContain("--appendonly yes --maxmemory-policy noeviction");
  });
});

// `isrf jobs` and `isrf worker` on a file of jobs, without a process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { shell } from "../support/shell.ts";
import { temporaryDirectory } from "../support/temporary.ts";

async function queueWith(...names: readonly string[]): Promise<string> {
  const queue = join(await temporaryDirectory(), "jobs.db");
  const store = await openJobs(queue, { pauseMs: 0 });
  await store.add(names.map((name) => ({ kind: "recommend", name, payload: { numeral: name }, tries: 1 })));
  await store.close();
  return queue;
}

const said = async (line: string) => {
  const { code, stdout, stderr } = await shell(line, commands);
  return { code, stdout: stdout.trimEnd().split("\n"), stderr };
};

it("shows what there is, sets aside what no worker can read, and tries or takes off what it is told", async () => {
  const queue = await queueWith("a", "b");
  const place = `--queue ${queue}`;
  expect((await said(`jobs list ${place}`)).stdout).toEqual([
    "recommend: 2 waiting",
    "waiting    recommend.a  0/1 tries",
    "waiting    recommend.b  0/1 tries",
  ]);
  expect((await said(`jobs cancel recommend.b ${place}`)).stdout).toEqual(["1 cancelled"]);
  expect((await said(`worker ${place} --until-idle --quiet`)).stdout).toEqual(["0 jobs done, 1 failed"]);
  const { stdout: listed } = await said(`jobs list ${place} --states failed`);
  expect(listed[0]).toBe("recommend: 1 failed, 1 cancelled");
  expect(listed[1]).toMatch(/^failed {5}recommend\.a {2}1\/1 tries {2}its payload is of another version of isrf/);
  const { stdout: shown } = await said(`jobs show recommend.a ${place}`);
  expect(shown).toContain('payload   {"numeral":"a"}');
  expect((await said(`jobs retry --all ${place}`)).stdout).toEqual(["2 wait again"]);
  const counts = JSON.parse((await said(`jobs list ${place} --json`)).stdout.at(-1)!).counts;
  expect(counts).toEqual({ recommend: { waiting: 2, active: 0, done: 0, failed: 0, cancelled: 0 } });
});

it("says which jobs and kinds there are not", async () => {
  const place = `--queue ${await queueWith("a")}`;
  const refused = async (line: string) => {
    const { code, stderr } = await said(line);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused(`jobs show recommend.c ${place}`)).toMatch(/job recommend.c: .*jobs.db knows no such job/);
  expect(await refused(`jobs retry ${place}`)).toContain("name jobs by their ids, or take --all");
  expect(await refused(`worker ${place} --kinds recomend`)).toContain("Did you mean recommend?");
  expect(await refused("jobs list --queue jbos.db")).toContain("queue jbos.db: no such file. Check the path");
  expect(existsSync("jbos.db")).toBe(false);
  expect(await refused("jobs list --queue amqp://host")).toContain("expected redis://host:port, or a file");
});

it("writes nothing into a database of something else", async () => {
  const path = join(await temporaryDirectory(), "shop.db");
  const shop = new Database(path);
  shop.exec("CREATE TABLE orders (id INTEGER)");
  shop.close();
  const { code, stderr } = await said(`worker --queue ${path} --until-idle`);
  expect(code).toBe(2);
  expect(stderr).toContain("a database with the tables orders");
});

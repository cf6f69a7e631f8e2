// Whether memory stays where it is over a long time of steady requests.
import { press, type Request } from "./load.ts";
import { memoryOf, type Served } from "./process.ts";

/** Requests a second: what a shop of some size asks, far from what the server can do. */
const RATE = 100;
const PARTS = 20;

/** Memory in MiB after each twentieth of the time. */
export async function soak(server: Served, seconds: number, next: (at: number) => Request) {
  const memory: (number | undefined)[] = [memoryOf(server.pid)];
  let [failed, requests] = [0, 0];
  for (let part = 0; part < PARTS; part++) {
    const from = requests;
    const found = await press({
      name: "soak",
      server,
      next: (at) => next(from + at),
      connections: 8,
      seconds: seconds / PARTS,
      rate: RATE,
    });
    failed += found.failed;
    requests += found.requests;
    memory.push(memoryOf(server.pid));
    console.log(`soak: ${requests} requests, ${memory.at(-1)?.toFixed(0)} MiB, p99 ${found.p99.toFixed(1)} ms`);
  }
  return { seconds, requests, failed, memoryMiB: memory };
}

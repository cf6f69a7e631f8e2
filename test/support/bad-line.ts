// A line to a server on loopback that is bad on purpose: it holds bytes up, and breaks every few moments.
import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";

export interface BadLine {
  readonly port: number;
  /** How often connections were broken. */
  readonly breaks: number;
  close(): Promise<void>;
}

export interface BadLineOptions {
  /** Where the line leads. */
  readonly port: number;
  /** Each chunk comes so much later. */
  readonly delayMs: number;
  /** All connections break this often, in the midst of whatever they carry. */
  readonly breakEveryMs: number;
}

export async function badLine({ port, delayMs, breakEveryMs }: BadLineOptions): Promise<BadLine> {
  const pairs = new Set<readonly Socket[]>();
  let breaks = 0;
  const pass = (from: Socket, to: Socket) => {
    from.on("data", (chunk) => setTimeout(() => !to.destroyed && to.write(chunk), delayMs));
    from.on("close", () => to.destroy());
    from.on("error", () => to.destroy());
  };
  const server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    const pair = [near, far];
    pairs.add(pair);
    near.on("close", () => pairs.delete(pair));
    pass(near, far);
    pass(far, near);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const breakAll = () => {
    for (const sockets of pairs) {
      breaks++;
      for (const socket of sockets) socket.destroy();
    }
  };
  const timer = setInterval(breakAll, breakEveryMs);
  return {
    port: (server.address() as { port: number }).port,
    get breaks() {
      return breaks;
    },
    async close() {
      clearInterval(timer);
      breakAll();
      server.close();
      await once(server, "close");
    },
  };
}

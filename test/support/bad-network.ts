// A network that can be bad: a TCP proxy on loopback before a server, which drops connections, delays, cuts replies
// short, passes them slowly, flips bytes on the way, or sends what came from the client a second time.
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** What befalls one connection. */
export type Trouble =
  | { readonly kind: "none" }
  /** Closed after so many bytes of the client, or of the reply. */
  | { readonly kind: "drop"; readonly side: "request" | "reply"; readonly after: number }
  | { readonly kind: "delay"; readonly ms: number }
  /** Replies pass at this rate. */
  | { readonly kind: "slow"; readonly bytesPerMs: number }
  /** All that the client sent is sent once more, on another connection, whose reply nobody reads. */
  | { readonly kind: "duplicate" }
  /** One bit of the first large piece of a reply is another. */
  | { readonly kind: "flip" };

export class BadNetwork implements AsyncDisposable {
  /** Connections so far. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private troubleOf: (connection: number) => Trouble,
  ) {
    server.on("connection", (client) => this.carry(client));
  }

  static async before(target: number, troubleOf: (connection: number) => Trouble): Promise<BadNetwork> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new BadNetwork(server, target, troubleOf);
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** From the next connection on, which is number 1 again. Those that are open are closed. */
  become(troubleOf: (connection: number) => Trouble): void {
    this.troubleOf = troubleOf;
    this.connections = 0;
    for (const socket of this.sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, "close");
  }

  private carry(client: Socket): void {
    const trouble = this.troubleOf(++this.connections);
    const server = this.open();
    this.keep(client);
    let [sent, replied, isFlipped] = [0, 0, false];
    const twin = trouble.kind === "duplicate" ? this.open() : undefined;
    twin?.resume();
    const end = () => {
      client.destroy();
      server.destroy();
    };
    client.on("data", (bytes: Buffer) => {
      sent += bytes.length;
      if (trouble.kind === "drop" && trouble.side === "request" && sent > trouble.after) return end();
      const pass = () => server.write(bytes);
      if (trouble.kind === "delay") setTimeout(pass, trouble.ms);
      else pass();
      twin?.write(bytes);
    });
    server.on("data", (bytes: Buffer) => {
      replied += bytes.length;
      if (trouble.kind === "drop" && trouble.side === "reply" && replied > trouble.after) {
        client.write(bytes.subarray(0, Math.max(0, bytes.length - (replied - trouble.after))), end);
        return;
      }
      if (trouble.kind === "flip" && !isFlipped && bytes.length > 10_000) {
        bytes[bytes.length - 1]! ^= 1;
        isFlipped = true;
      }
      client.write(bytes);
      if (trouble.kind !== "slow") return;
      server.pause();
      setTimeout(() => server.resume(), bytes.length / trouble.bytesPerMs);
    });
    client.on("close", () => server.destroy());
    server.on("close", () => client.end());
  }

  private open(): Socket {
    const socket = connect(this.target, "127.0.0.1");
    this.keep(socket);
    return socket;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    // A connection that breaks is what this is for.
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
  }
}

// What other servers of one PostgreSQL store recorded: heard through the database itself.
import type { Client } from "pg";

const EVENTS = "isrf_events";
const ITEMS = "isrf_items";
/** PostgreSQL takes messages of less than 8,000 bytes. */
const MAX_BYTES = 7900;
const AGAIN_MS = 1000;

export class OtherServers {
  readonly channels = { events: EVENTS, items: ITEMS };
  /** Of this server, so that it does not hear itself. */
  readonly name: string;
  private readonly makeClient: () => Client;
  private client: Client | undefined;
  /** While it is not heard of, anybody's events may be new. */
  private isHearing = false;
  private isClosed = false;
  private users: string[] = [];
  private mayBeAnybody = true;
  /** Items changed, or may have, before anybody asked to hear of it. */
  private haveItemsChanged = false;
  private tellItems: (() => void) | undefined;

  constructor(makeClient: () => Client, name: string) {
    this.makeClient = makeClient;
    this.name = name;
  }

  /** What the others are told of events of `users`. */
  message(users: readonly string[]): string {
    const text = `${this.name} ${JSON.stringify([...new Set(users)])}`;
    return Buffer.byteLength(text) > MAX_BYTES ? `${this.name} *` : text;
  }

  /** Users of whom others recorded events since the last call; undefined: anybody. */
  changed(): readonly string[] | undefined {
    const users = this.users;
    const isAnybody = this.mayBeAnybody || !this.isHearing;
    this.users = [];
    this.mayBeAnybody = false;
    return isAnybody ? undefined : users;
  }

  onItemsChanged(tell: () => void): void {
    this.tellItems = tell;
    if (this.haveItemsChanged) tell();
  }

  /** Listen, and again whenever the connection breaks. */
  async listen(): Promise<void> {
    const client = this.makeClient();
    this.client = client;
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === EVENTS) this.hear(payload);
      else if (payload !== this.name) this.itemsChanged();
    });
    client.on("error", () => {});
    client.on("end", () => this.listenAgain());
    await client.connect();
    await client.query(`LISTEN ${EVENTS}; LISTEN ${ITEMS}`);
    this.mayBeAnybody = true;
    this.isHearing = true;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client?.end().catch(() => {});
  }

  private listenAgain(): void {
    this.isHearing = false;
    if (this.isClosed) return;
    setTimeout(() => {
      if (this.isClosed) return;
      this.listen().then(
        () => this.itemsChanged(),
        () => this.listenAgain(),
      );
    }, AGAIN_MS).unref();
  }

  private itemsChanged(): void {
    this.haveItemsChanged = true;
    this.tellItems?.();
  }

  private hear(payload: string): void {
    const at = payload.indexOf(" ");
    if (payload.slice(0, at) === this.name) return;
    const rest = payload.slice(at + 1);
    if (rest === "*") this.mayBeAnybody = true;
    else this.users.push(...(JSON.parse(rest) as string[]));
  }
}

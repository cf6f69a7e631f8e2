// What other servers of one PostgreSQL store recorded: heard through the database itself.
import type { Client } from "pg";

const EVENTS = "isrf_events";
const ITEMS = "isrf_items";
/** PostgreSQL takes messages of less than 8,000 bytes. */
const MAX_BYTES = 7900;
const AGAIN_MS = 1000;
/** So many users are remembered until somebody asks; beyond them it may be anybody. */
const MAX_USERS = 50_000;

export interface OtherServersOptions {
  /** Pause before the next attempt to listen. */
  readonly againMs?: number | undefined;
  /** Whether the database answers, if not who listens. */
  readonly isThere?: (() => Promise<boolean>) | undefined;
}

export class OtherServers {
  readonly channels = { events: EVENTS, items: ITEMS };
  /** Of this server, so that it lays its own items once. */
  readonly name: string;
  private readonly makeClient: () => Client;
  private readonly againMs: number;
  private readonly isThere: () => Promise<boolean>;
  /** The one that listens, or is about to. */
  private client: Client | undefined;
  private again: NodeJS.Timeout | undefined;
  private isClosed = false;
  private users: string[] = [];
  private mayBeAnybody = true;
  /** Items changed, or may have, before anybody asked to hear of it. */
  private haveItemsChanged = false;
  private tellItems: (() => void) | undefined;

  /** `makeClient`: each with a limit on how long it may connect. */
  constructor(makeClient: () => Client, name: string, options: OtherServersOptions = {}) {
    const { againMs = AGAIN_MS, isThere = async () => false } = options;
    this.makeClient = makeClient;
    this.name = name;
    this.againMs = againMs;
    this.isThere = isThere;
  }

  /** What the others are told of events of `users`. */
  message(users: readonly string[]): string {
    const text = `${this.name} ${JSON.stringify([...new Set(users)])}`;
    return Buffer.byteLength(text) > MAX_BYTES ? `${this.name} *` : text;
  }

  /**
   * Users of whom somebody recorded events since the last call; undefined: anybody. While the database is away nobody
   * is new: what is known of them is all there is to answer from.
   */
  changed(): readonly string[] | undefined {
    const users = this.users;
    const isAnybody = this.mayBeAnybody;
    this.users = [];
    this.mayBeAnybody = false;
    return isAnybody ? undefined : users;
  }

  onItemsChanged(tell: () => void): void {
    this.tellItems = tell;
    if (this.haveItemsChanged) tell();
  }

  /** Listen, and again whenever the connection breaks. @throws what the client throws; nothing is tried again then. */
  async listen(): Promise<void> {
    const client = this.makeClient();
    this.client = client;
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === EVENTS) this.hear(payload);
      else if (payload !== this.name) this.itemsChanged();
    });
    client.on("error", () => {});
    client.on("end", () => {
      if (client === this.client) this.listenAgain();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${EVENTS}; LISTEN ${ITEMS}`);
    } catch (error) {
      this.letGo(client);
      throw error;
    }
    if (this.isClosed) return this.letGo(client);
    this.mayBeAnybody = true;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.again);
    await this.client?.end().catch(() => {});
  }

  /** Whatever becomes of it is heard no more: a client whose attempt failed tells of its end, too. */
  private letGo(client: Client): void {
    if (client === this.client) this.client = undefined;
    // Not awaited: where the network is gone it may take minutes.
    client.end().catch(() => {});
  }

  /** In a while; who asks while that waits has been heard. */
  private listenAgain(): void {
    if (this.isClosed || this.again !== undefined) return;
    this.again = setTimeout(() => {
      this.again = undefined;
      this.listen().then(
        () => this.itemsChanged(),
        () => this.missed(),
      );
    }, this.againMs).unref();
  }

  /** A database that answers everybody but who listens, such as one with all its connections taken, has the news. */
  private async missed(): Promise<void> {
    if (await this.isThere()) this.mayBeAnybody = true;
    this.listenAgain();
  }

  private itemsChanged(): void {
    this.haveItemsChanged = true;
    this.tellItems?.();
  }

  private hear(payload: string): void {
    // This server's own events, too: one may be stored though the answer to it was lost.
    const rest = payload.slice(payload.indexOf(" ") + 1);
    if (rest === "*") this.mayBeAnybody = true;
    // Where it may be anybody, nobody asks who.
    if (this.mayBeAnybody) return;
    this.users.push(...(JSON.parse(rest) as string[]));
    if (this.users.length <= MAX_USERS) return;
    this.users = [];
    this.mayBeAnybody = true;
  }
}

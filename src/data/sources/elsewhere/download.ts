// A file behind an http or https address, fetched into a temporary place.
import { createWriteStream } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OperationError } from "../../../base/errors.ts";
import { permitted } from "../../../base/permitted.ts";
import type { Scratch } from "../../../base/scratch.ts";
import { shownAddress } from "./address.ts";

const MOST_REDIRECTS = 5;

/**
 * The path of the copy.
 * @throws UsageError where the network is forbidden, OperationError where the server does not give the file
 */
export async function download(
  address: string,
  { scratch, signal }: { readonly scratch: Scratch; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const shown = shownAddress(address);
  const refused = (why: string) =>
    new OperationError(`${shown}: ${why}. Check the address, or fetch the file yourself.`);
  let url = permitted(new URL(address));
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    // fetch refuses names and passwords in addresses; they go where servers expect them.
    const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const headers = url.username === "" ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
    const plain = new URL(url);
    plain.username = "";
    plain.password = "";
    const reply = await fetch(plain, { redirect: "manual", headers, signal: signal ?? null }).catch((cause: Error) => {
      if (signal?.aborted) throw cause;
      throw refused(
        `the server cannot be reached (${(cause.cause as NodeJS.ErrnoException | undefined)?.code ?? "no answer"})`,
      );
    });
    const next = reply.headers.get("location");
    if (reply.status >= 300 && reply.status < 400 && next !== null) {
      url = permitted(new URL(next, plain));
      continue;
    }
    if (!reply.ok || reply.body === null) throw refused(`the server answers ${reply.status} ${reply.statusText}`);
    const copy = await scratch.path(basename(decodeURIComponent(new URL(address).pathname)) || "download");
    const expected = Number(reply.headers.get("content-length"));
    const isEncoded = reply.headers.has("content-encoding");
    const file = createWriteStream(copy);
    await pipeline(Readable.fromWeb(reply.body as never), file, { signal }).catch((cause: Error) => {
      if (signal?.aborted) throw cause;
      throw refused("the connection broke off");
    });
    if (expected > 0 && !isEncoded && file.bytesWritten !== expected) throw refused("the connection broke off");
    return copy;
  }
  throw refused("it leads from address to address without end");
}

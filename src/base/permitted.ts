// What ISRF_OFFLINE allows.
import { UsageError } from "./errors.ts";

/** Hosts that are this machine: `ISRF_OFFLINE=1` leaves them open, since what is sent there stays here. */
const THIS_MACHINE = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * The address itself.
 * @throws UsageError for one beyond this machine while the user forbids the network by `ISRF_OFFLINE=1`.
 */
export function permitted(url: URL, { ISRF_OFFLINE }: Readonly<Record<string, string | undefined>> = process.env): URL {
  if (!ISRF_OFFLINE || ISRF_OFFLINE === "0" || THIS_MACHINE.test(url.hostname)) return url;
  throw new UsageError(
    `ISRF_OFFLINE is set, and this would ask ${url.hostname}. Name a server on this machine, or unset ISRF_OFFLINE.`,
  );
}

// "gpu1:7070": where a training listens for its helpers.
import { UsageError } from "../../base/errors.ts";

export interface HelperAddress {
  readonly host: string;
  readonly port: number;
}

const PORTS = 65_536;
/** The variable that holds what whoever joins must know. */
export const TOKEN_VARIABLE = "ISRF_HELPER_TOKEN";

/** @throws UsageError for an address without a port. */
export function helperAddress(text: string): HelperAddress {
  const [, host, digits] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || !(port < PORTS))
    throw new UsageError(`${JSON.stringify(text)}: expected the address of a training, HOST:PORT, such as gpu1:7070.`);
  return { host, port };
}

/** @throws UsageError where it is not set. */
export function helperToken(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const token = environment[TOKEN_VARIABLE];
  if (token !== undefined && token !== "") return token;
  throw new UsageError(
    `${TOKEN_VARIABLE} is not set: a training sends its model to whoever joins, so both sides must know one secret. ` +
      `For example: export ${TOKEN_VARIABLE}=$(openssl rand -hex 16)`,
  );
}

// Tables that are no plain files: databases, workbooks, files on a server. Their addresses may hold passwords and
// tokens: what people read is `shown`, never the address itself.
import { UsageError } from "../../../base/errors.ts";

export type ElsewhereKind = "sqlite" | "postgres" | "mysql" | "https" | "s3";

const SCHEMES: Readonly<Record<string, ElsewhereKind>> = {
  "sqlite:": "sqlite",
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "http:": "https",
  "https:": "https",
  "s3:": "s3",
};

/** What the scheme of an address says; undefined for the name of a file. */
export function elsewhereKind(address: string): ElsewhereKind | undefined {
  const scheme = /^[a-z][a-z0-9]+:(?=\/\/)|^sqlite:/i.exec(address)?.[0].toLowerCase();
  if (scheme === undefined) return undefined;
  const kind = SCHEMES[scheme];
  if (kind !== undefined) return kind;
  const known = Object.keys(SCHEMES).join(", ");
  throw new UsageError(`${shownAddress(address)}: "${scheme}" is not read. Known are ${known} and names of files.`);
}

export function isElsewhere(address: string): boolean {
  return elsewhereKind(address) !== undefined;
}

/** The address without name, password and query: for messages, manifests and cards. A file name as it is. */
export function shownAddress(address: string): string {
  const scheme = /^[a-z][a-z0-9]+:\/\//i.exec(address)?.[0];
  if (scheme === undefined) return address;
  if (scheme.toLowerCase() === "s3://") return shownObject(address.slice(scheme.length));
  const whole = address.slice(scheme.length);
  if (mayEndInLogin(scheme, whole)) return `${scheme}***`;
  const rest = whole.replace(/[?#].*$/s, "");
  // A password may hold an @ that nobody escaped.
  return `${scheme}${rest.slice(rest.lastIndexOf("@") + 1)}`;
}

/** Whether a ? or # may stand in a password, where nobody escaped it, and not in front of a query. */
function mayEndInLogin(scheme: string, rest: string): boolean {
  const query = rest.search(/[?#]/);
  if (query < 0 || !rest.includes("@", query)) return false;
  return !/^https?:/i.test(scheme) || !rest.slice(0, query).includes("/");
}

/** Keys of objects may hold any sign; what others take for settings behind them may be secret. */
function shownObject(rest: string): string {
  const bucket = /^[^/]*/.exec(rest)![0];
  // No bucket has a colon, but a login whose secret has a slash.
  if (bucket.includes(":") && !bucket.includes("@")) return "s3://***";
  const key = rest.slice(bucket.length).replace(/\?s3_\w+=.*$/is, "");
  return `s3://${bucket.slice(bucket.lastIndexOf("@") + 1)}${key}`;
}

/** `message` with everything taken out that the address tells and `shownAddress` does not. */
export function withoutSecrets(message: string, address: string): string {
  const scheme = /^[a-z][a-z0-9]+:\/\//i.exec(address)?.[0] ?? "";
  const rest = address.slice(scheme.length);
  const login = rest.slice(0, Math.max(0, rest.replace(/[?#].*$/s, "").lastIndexOf("@")));
  const secrets = [login, ...login.split(":"), ...rest.split(/[?#&]/).slice(1), ...login.split(":").map(decoded)];
  const hidden = message.replaceAll(address, shownAddress(address));
  return secrets.filter((secret) => secret.length > 2).reduce((text, secret) => text.replaceAll(secret, "***"), hidden);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

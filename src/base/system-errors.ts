// What the operating system refuses, in words: where, what, and what to do.
import { OperationError } from "./errors.ts";

interface Refusal {
  readonly reason: string;
  readonly todo: string;
}

const NO_RIGHT = {
  reason: "no permission",
  todo: "Ask its owner for the right to it, or name another place.",
};
const FULL = { reason: "the disk is full", todo: "Free some space, then run the same command again." };
const TOO_MANY = { reason: "too many files are open", todo: "Run fewer programs at once, or raise `ulimit -n`." };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  EACCES: NO_RIGHT,
  EPERM: NO_RIGHT,
  ENOSPC: FULL,
  EDQUOT: { reason: "the disk quota is used up", todo: FULL.todo },
  EROFS: { reason: "the disk is read-only", todo: "Name a place that can be written." },
  EFBIG: { reason: "the file is larger than the disk allows", todo: "Name a place on another disk." },
  EIO: { reason: "the disk failed to read or write", todo: "Check the disk, then run the same command again." },
  ESTALE: {
    reason: "the network disk no longer knows it",
    todo: "Check the network disk, then run the same command again.",
  },
  ETIMEDOUT: {
    reason: "no answer in time",
    todo: "Check the network and its disks, then run the same command again.",
  },
  ENOENT: { reason: "no such file or directory", todo: "Check the path." },
  ENOTDIR: { reason: "a part of the path is a file, not a directory", todo: "Check the path." },
  EISDIR: { reason: "it is a directory, not a file", todo: "Check the path." },
  EEXIST: { reason: "it exists already", todo: "Name another place." },
  ENOTEMPTY: { reason: "the directory is not empty", todo: "Name another place." },
  ELOOP: { reason: "its links lead in a circle", todo: "Check the path." },
  ENAMETOOLONG: { reason: "the name is too long", todo: "Name a shorter one." },
  EBUSY: { reason: "another program holds it", todo: "Wait for that program, then run the same command again." },
  EMFILE: TOO_MANY,
  ENFILE: TOO_MANY,
  EPIPE: { reason: "the reader went away", todo: "Run the same command again." },
};

/** Whether the system finds nothing at a path. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}

/** Why the system refused, without path and code: `the disk is full`. Undefined for errors of other origin. */
export function systemReason(error: unknown): string | undefined {
  return refusalOf(error)?.reason;
}

/** Why `error` happened: the system's reason in words, else its own message. */
export function reasonOf(error: unknown): string {
  return systemReason(error) ?? (error instanceof Error ? error.message : String(error));
}

/**
 * `shop: the disk is full. Free some space, ...`; undefined for errors of other origin. The place is `where`, else what
 * the system names, under the name that users know: the folder that was to be, not the temporary one beside it.
 */
export function systemErrorText(error: unknown, where?: string): string | undefined {
  const refusal = refusalOf(error);
  if (refusal === undefined) return undefined;
  const path = where ?? (error as NodeJS.ErrnoException).path;
  return `${path === undefined ? "" : `${finalName(path)}: `}${refusal.reason}. ${refusal.todo}`;
}

/** The code of what the system said, where another library passes its words on. */
export function systemCodeIn(message: string): string | undefined {
  return Object.keys(WORDS).find((code) => message.includes(WORDS[code]!));
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "Permission denied",
  ENOSPC: "No space left on device",
  EDQUOT: "Disk quota exceeded",
  EROFS: "Read-only file system",
  EIO: "Input/output error",
  EMFILE: "Too many open files",
};

/**
 * What `work` gives; what the system refuses meanwhile is said of `where`. @throws OperationError for such refusals.
 */
export async function namingPlace<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const text = systemErrorText(cause, where);
    throw text === undefined ? cause : new OperationError(text, { cause });
  }
}

/** A directory or file that cannot be looked at, although it may be there. */
export function isDenied(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EACCES" || code === "EPERM";
}

function refusalOf(error: unknown): Refusal | undefined {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && code !== undefined && syscall !== undefined ? REFUSALS[code] : undefined;
}

/** `out/.shop.0a1b2c3d.partial/items.parquet` -> `out/shop`; `out/x.json.0a1b2c3d.partial` -> `out/x.json`. */
function finalName(path: string): string {
  return path.replace(/(^|[\\/])\.?([^\\/]+)\.[0-9a-f]{8}\.(partial|replaced)([\\/].*)?$/, "$1$2");
}

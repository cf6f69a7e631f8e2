// A folder among the temporary files that stays from one command to the next, and that no other user of the machine
// reads or changes.
import { chmod, lstat, mkdir } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { OperationError } from "./errors.ts";
import { namingPlace } from "./system-errors.ts";

/** By number: in containers a user need not have a name. */
export function ownFolderPath(name: string): string {
  return join(tmpdir(), `${name}-${process.getuid?.() ?? userInfo().username}`);
}

/**
 * Made where it is not there. @returns its path, the same for the same name and user.
 * @throws OperationError for one that another user made: whatever lies there may be theirs.
 */
export async function ownFolder(name: string): Promise<string> {
  const path = ownFolderPath(name);
  await namingPlace(path, async () => {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const user = process.getuid?.();
    // Where users have no numbers, each has temporary files of their own.
    if (user === undefined) return;
    const found = await lstat(path);
    if (found.uid !== user || !found.isDirectory()) throw foreign(path, user, found.uid);
    if ((found.mode & 0o077) !== 0) await chmod(path, 0o700);
  });
  return path;
}

function foreign(path: string, user: number, owner: number): OperationError {
  return new OperationError(
    `${path}: found what the user of number ${owner} made, expected a folder of your own (${user}). Remove it, or set TMPDIR to another folder.`,
  );
}

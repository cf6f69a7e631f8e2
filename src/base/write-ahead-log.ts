// SQLite's write-ahead log, switched on in a file that several processes may open at once.

/** Of libsql's databases. */
interface Switched {
  pragma(words: string): unknown;
}

const PAUSE_MS = 5;

/**
 * Of two processes that switch a new file at once SQLite refuses one without waiting, whatever its `busy_timeout`: here
 * it waits.
 * @param waitMs Then what SQLite says is thrown.
 */
export function useWriteAheadLog(database: Switched, waitMs: number): void {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      database.pragma("journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code ?? "").startsWith("SQLITE_BUSY");
}

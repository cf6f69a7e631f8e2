/** A word as a POSIX shell takes it: as it stands, or in quotes, `'Ann & Bob'`. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

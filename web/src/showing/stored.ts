// Reading files of other commands, whose shape this page cannot be sure of: what is not as expected is absent.

export type Stored = Readonly<Record<string, unknown>>;

export function recordAt(value: unknown, name: string): Stored | undefined {
  const found = isRecord(value) ? value[name] : undefined;
  return isRecord(found) ? found : undefined;
}

export function listAt(value: unknown, name: string): readonly unknown[] {
  const found = isRecord(value) ? value[name] : undefined;
  return Array.isArray(found) ? found : [];
}

export function recordsAt(value: unknown, name: string): readonly Stored[] {
  return listAt(value, name).filter(isRecord);
}

export function wordsAt(value: unknown, name: string): string | undefined {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === "string" ? found : undefined;
}

export function numberAt(value: unknown, name: string): number | undefined {
  const found = isRecord(value) ? value[name] : undefined;
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

function isRecord(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// Numbers as a reader sees them. English conventions, independent of the machine's locale.

const COUNT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** Metrics of ranked lists are compared in the fourth decimal. */
export function formatMetric(value: number): string {
  return value.toFixed(4);
}

export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** `0.4 s`, `48 s`, `3 min 07 s`, `1 h 05 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Money without a currency sign, which the data does not name. */
export function formatPrice(value: number): string {
  return value.toFixed(2);
}

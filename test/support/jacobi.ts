// Reference eigen-decomposition by cyclic Jacobi rotations: slow, simple, and unrelated to what the product uses.

/** Eigenvalues (descending) and unit eigenvectors of a symmetric matrix given by its rows. */
export function jacobiEigen(symmetric: readonly (readonly number[])[]): { values: number[]; vectors: number[][] } {
  const n = symmetric.length;
  const a = symmetric.map((line) => [...line]);
  const v = a.map((_, i) => a.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p]![q]!) < 1e-300) continue;
        const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        turn(a, v, p, q, c, t * c);
      }
    }
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v.map((line) => line[i]!)) };
}

function turn(a: number[][], v: number[][], p: number, q: number, c: number, s: number): void {
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[k]![p]!, a[k]![q]!];
    a[k]![p] = c * x - s * y;
    a[k]![q] = s * x + c * y;
  }
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = c * x - s * y;
    a[q]![k] = s * x + c * y;
  }
  for (const line of v) {
    const [x, y] = [line[p]!, line[q]!];
    line[p] = c * x - s * y;
    line[q] = s * x + c * y;
  }
}

/** X^T X of a matrix given by its rows. */
export function gramOf(rows: readonly (readonly number[])[]): number[][] {
  const width = rows[0]!.length;
  return Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_, j) => rows.reduce((sum, line) => sum + line[i]! * line[j]!, 0)),
  );
}

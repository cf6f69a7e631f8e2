// Where groups stand on the map: where their centres lie, spread over the sheet, and pushed apart until none covers
// another. The same input gives the same map.
import type { Segment } from "../../../../src/client/index.ts";

export interface Spot {
  readonly segment: Segment;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Whether titles stand beneath the bubbles. */
  readonly hasTitles: boolean;
}

/** Lying where there is room; upright, and without titles, on a phone. */
export const LYING: Sheet = { width: 960, height: 640, hasTitles: true };
export const UPRIGHT: Sheet = { width: 420, height: 560, hasTitles: false };

const ROUNDS = 400;
/** How much of a place comes from the order of centres, the rest from how far apart they are. */
const BY_ORDER = 0.7;

/** A spot with half the room that it takes. */
interface Box {
  readonly segment: Segment;
  readonly radius: number;
  readonly wide: number;
  readonly tall: number;
  x: number;
  y: number;
}

export function layOut(segments: readonly Segment[], { width, height, hasTitles }: Sheet): readonly Spot[] {
  const largest = Math.max(1, ...segments.map(({ size }) => size));
  const across = spread(segments.map(({ centre }) => centre.x));
  const down = spread(segments.map(({ centre }) => centre.y));
  const boxes = segments.map((segment, at): Box => {
    const radius = 14 + 24 * Math.sqrt(segment.size / largest);
    const [wide, tall] = hasTitles ? [Math.max(radius, 76), radius + 18] : [radius + 4, radius + 4];
    const [x, y] = [wide + across[at]! * (width - 2 * wide), tall + down[at]! * (height - 2 * tall)];
    return { segment, radius, wide, tall, x, y };
  });
  for (let round = 0; round < ROUNDS; round++) {
    pushApart(boxes);
    for (const box of boxes) {
      box.x = Math.min(width - box.wide, Math.max(box.wide, box.x));
      box.y = Math.min(height - box.tall, Math.max(box.tall, box.y));
    }
  }
  return boxes;
}

/** From 0 to 1. */
function spread(values: readonly number[]): readonly number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]! || a - b);
  const places = new Map(order.map((at, place) => [at, place / Math.max(1, values.length - 1)]));
  return values.map((value, at) => (1 - BY_ORDER) * ((value - low) / (high - low || 1)) + BY_ORDER * places.get(at)!);
}

/** Boxes that overlap go apart along the side on which they overlap less. */
function pushApart(boxes: readonly Box[]): void {
  for (const [at, a] of boxes.entries()) {
    for (const b of boxes.slice(at + 1)) {
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const [overX, overY] = [a.wide + b.wide - Math.abs(dx), a.tall + b.tall - Math.abs(dy)];
      if (overX <= 0 || overY <= 0) continue;
      if (overX < overY) {
        const step = ((dx < 0 ? -1 : 1) * overX) / 3;
        [a.x, b.x] = [a.x - step, b.x + step];
      } else {
        const step = ((dy < 0 ? -1 : 1) * overY) / 3;
        [a.y, b.y] = [a.y - step, b.y + step];
      }
    }
  }
}

/** The spot that lies nearest in a direction, for those who walk with arrow keys. */
export function nextSpot(spots: readonly Spot[], from: Spot, key: string): Spot | undefined {
  const [dx, dy] = DIRECTIONS[key] ?? [0, 0];
  const ways = spots
    .filter((spot) => spot !== from)
    .map((spot) => {
      const [x, y] = [spot.x - from.x, spot.y - from.y];
      const along = x * dx + y * dy;
      return { spot, along, cost: along + 2 * Math.abs(x * dy - y * dx) };
    })
    .filter(({ along }) => along > 0);
  return ways.sort((a, b) => a.cost - b.cost)[0]?.spot;
}

const DIRECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

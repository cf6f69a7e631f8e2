// What a figure of panels is made of.
export interface Point {
  readonly value: number;
  /** Above and below `value`; absent where nothing is known of it. */
  readonly deviation?: number | undefined;
}

export interface Series {
  readonly name: string;
  /** By place; undefined where nothing was measured. */
  readonly points: readonly (Point | undefined)[];
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

export interface PanelsFigure {
  /** For readers who do not see it. */
  readonly title: string;
  readonly kind: "lines" | "dots" | "bars";
  /** What stands along every horizontal axis. */
  readonly places: readonly string[];
  readonly placesName: string;
  readonly panels: readonly Panel[];
}

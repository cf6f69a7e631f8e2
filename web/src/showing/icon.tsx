// Small drawings in the colour of the text around them.
import type { JSX } from "preact";

const PATHS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3 20 20",
  home: "M4 11.2 12 4l8 7.2M6 9.8V20h12V9.8M10 20v-5.5h4V20",
  groups: "M7 8.5a2.5 2.5 0 1 0 0-.1M17 6.5a2 2 0 1 0 0-.1M16 17a3 3 0 1 0 0-.1M9 9.6l5 5M9.4 8l5.6-1",
  runs: "M4 20V10M10 20V4M16 20v-8M21 20H3",
  browser: "M4 5.500h16v13H4zM4 9.500h16M7 7.500h.010M9.500 7.500h.010M10 12.500l-2 2 2 2M14 12.500l2 2-2 2",
  studies: "M5 4h14v16H5zM9 9h6M9 13h6M9 17h3",
  audit: "M12 3.5 5 6v6c0 4.4 3 7 7 8.5 4-1.5 7-4.1 7-8.5V6zM9 12l2.2 2.2L15.2 10",
  reasoning: "M5 5h9v5H5zM10 14h9v5h-9zM9.5 10v2.2c0 1 .8 1.8 1.8 1.8M14 7.5h2",
  data: "M5 6.5C5 5 8 4 12 4s7 1 7 2.5S16 9 12 9 5 8 5 6.5ZM5 6.5v11C5 19 8 20 12 20s7-1 7-2.5v-11M5 12c0 1.5 3 2.5 7 2.5s7-1 7-2.5",
  compare: "M8 4v16M16 4v16M4 8l4-4 4 4M12 16l4 4 4-4",
  user: "M12 4.5a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6ZM4.8 20c.7-3.6 3.5-5.4 7.2-5.4s6.5 1.8 7.2 5.4",
  item: "M4 8.2 12 4l8 4.2v7.6L12 20l-8-4.2zM4 8.2l8 4.3 8-4.3M12 12.5V20",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  back: "M19 12H5M11 6l-6 6 6 6",
  edit: "M4.5 19.5l.9-4L15.600 5.300a1.500 1.500 0 0 1 2.100 0l1 1a1.500 1.500 0 0 1 0 2.100L8.500 18.600zM14 7l3 3",
  again: "M19.500 12a7.500 7.500 0 1 1-2.200-5.300M19.500 4v4.500H15",
  undo: "M5 9h9a5 5 0 0 1 0 10H9M5 9l4-4M5 9l4 4",
  down: "M6 9.5l6 6 6-6",
  menu: "M4 7h16M4 12h16M4 17h16",
  light:
    "M12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
  dark: "M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  // Signs of the terms, beside their colours.
  sequence: "M4 12h14M13 6.5l5.5 5.5-5.5 5.5",
  individual: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z",
  group: "M8.2 6.5a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2ZM16 10.3a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2Z",
  neighbours: "M4.5 8.5h6.5V15H4.5zM13 8.5h6.5V15H13zM11 11.8h2",
  text: "M5 7h14M5 12h14M5 17h8",
  nearest: "M12 4.500a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM12 10.500a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z",
  generator: "M12 4l1.8 6.2L20 12l-6.2 1.8L12 20l-1.8-6.2L4 12l6.2-1.8z",
  popularity: "M5 19v-5M10 19v-8M15 19V9M20 19V5",
} as const;

export type IconName = keyof typeof PATHS;

export function isIcon(name: string): name is IconName {
  return name in PATHS;
}

/** Drawn for the eye alone: what it stands for is written beside it, or in the label of what it sits in. */
export function Icon({
  name,
  size = 18,
}: {
  readonly name: IconName;
  readonly size?: number | undefined;
}): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

// Ways through the explorer, the search and the theme; a side bar, or a bar on top where there is little room.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { isSearching } from "../search/search-dialog.tsx";
import { Icon, type IconName } from "../showing/icon.tsx";
import { RunChoice } from "./run-choice.tsx";
import { chooseTheme, nextTheme, theme } from "./theme.ts";

interface Way {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  /** Beginnings of addresses that belong to it beside its own. */
  readonly holds?: readonly string[] | undefined;
}

const WAYS: readonly Way[] = [
  { href: "/", name: "Overview", icon: "home", holds: ["/users", "/items"] },
  { href: "/groups", name: "Groups", icon: "groups" },
  { href: "/runs", name: "Runs", icon: "runs" },
  { href: "/compare", name: "Side by side", icon: "compare" },
  { href: "/in-the-browser", name: "In the browser", icon: "browser" },
  { href: "/studies", name: "Studies", icon: "studies" },
  { href: "/audit", name: "Audit", icon: "audit" },
  { href: "/reasoning", name: "Reasoning", icon: "reasoning" },
  { href: "/data", name: "Data", icon: "data" },
];

const isMenuOpen = signal(false);

export function Navigation(): JSX.Element {
  const [location] = useLocation();
  useEffect(() => {
    isMenuOpen.value = false;
  }, [location]);
  return (
    <header class="side">
      <div class="side-head">
        <Link class="brand" href="/" aria-label="isrf explorer, overview">
          <img src="/mark.svg" width="26" height="26" alt="" />
          <span>
            isrf <span class="faint">explorer</span>
          </span>
        </Link>
        <button type="button" class="icon-button on-phone" onClick={openSearch} aria-label="Search">
          <Icon name="search" />
        </button>
        <button
          type="button"
          class="icon-button on-phone"
          aria-label="Menu"
          aria-expanded={isMenuOpen.value}
          aria-controls="ways"
          onClick={() => {
            isMenuOpen.value = !isMenuOpen.value;
          }}
        >
          <Icon name={isMenuOpen.value ? "close" : "menu"} />
        </button>
      </div>
      <div id="ways" class={isMenuOpen.value ? "ways is-open" : "ways"}>
        <button type="button" class="search-button on-wide" aria-keyshortcuts="/" onClick={openSearch}>
          <Icon name="search" size={16} />
          <span>Search</span>
          <span class="key" aria-hidden="true">
            /
          </span>
        </button>
        <nav aria-label="Pages">
          <ul>
            {WAYS.map((way) => (
              <li key={way.href}>
                <Link href={way.href} class="way" aria-current={isHere(way, location) ? "page" : undefined}>
                  <Icon name={way.icon} />
                  {way.name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <RunChoice />
          <ThemeButton />
        </div>
      </div>
    </header>
  );
}

function ThemeButton(): JSX.Element {
  const name = theme.value;
  return (
    <button type="button" class="way theme-button" onClick={() => chooseTheme(nextTheme())}>
      <Icon name={name} />
      <span>
        Theme: <span class="theme-name">{name}</span>
      </span>
    </button>
  );
}

function isHere({ href, holds = [] }: Way, location: string): boolean {
  if (location === href) return true;
  return [...holds, ...(href === "/" ? [] : [href])].some((start) => location.startsWith(`${start}/`));
}

function openSearch(): void {
  isSearching.value = true;
}

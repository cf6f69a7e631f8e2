// Light, dark, or as the system has it; remembered in this browser.
import { signal } from "@preact/signals";
import { remember } from "../asking/storage.ts";

export type Theme = "system" | "light" | "dark";
const PLACE = "isrf-theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];

export const theme = signal<Theme>(stored());

/** What comes after the present one. */
export function nextTheme(): Theme {
  return ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length]!;
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  const { dataset } = document.documentElement;
  if (chosen === "system") delete dataset.theme;
  else dataset.theme = chosen;
  remember("localStorage", PLACE, chosen === "system" ? undefined : chosen);
}

function stored(): Theme {
  const { theme: chosen } = document.documentElement.dataset;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

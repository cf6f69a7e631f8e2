import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { commands } from "./commands/index.ts";
import { unreadNames } from "./environment-names.ts";

test.each([
  ["ISRF_TRAIN_SEEED", "ISRF_TRAIN_SEED"],
  ["ISRF_SEEDD", "ISRF_SEED"],
  ["ISRF_OFLINE", "ISRF_OFFLINE"],
])("tells %s from what is meant", (name, meant) => {
  expect(unreadNames({ [name]: "1" }, commands)).toEqual([
    `${name} is set, and nothing reads it: no command has such an option. Did you mean ${meant}?`,
  ]);
});

test("names what is like nothing, too", () => {
  expect(unreadNames({ ISRF_NUMBER_OF_COLUMNS: "64" }, commands)).toEqual([
    "ISRF_NUMBER_OF_COLUMNS is set, and nothing reads it: no command has such an option.",
  ]);
});

test("says nothing of what any command reads, of what is empty, and of what is not ours", () => {
  const environment = {
    ISRF_TRAIN_SEED: "1",
    ISRF_K_CORE: "5",
    ISRF_STUDY_COMPARE_MAX_MINUTES: "9",
    ISRF_USERS: "3",
    ISRF_OFFLINE: "1",
    ISRF_SEEED: "",
    HOME: "/root",
  };
  expect(unreadNames(environment, commands)).toEqual([]);
});

test("knows every name that stands in sources, documents and files beside them", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const files = ["src", "docs", "scripts", "test", ".ci"].flatMap(below);
  const read = [...files, "README.md", "SECURITY.md", "Dockerfile", "compose.yaml", "web/vite.config.ts"].filter(
    (name) => /\.(ts|md|yaml)$|Dockerfile|\.ci/.test(name) && !/^src.*\.test\.ts$/.test(name),
  );
  const texts = read.map((name) => readFileSync(join(root, name), "utf8"));
  const names = new Set(texts.flatMap((text) => text.match(/\bISRF_[A-Z_]*[A-Z]{2}\b/g) ?? []));
  expect(names.size).toBeGreaterThan(15);
  expect(unreadNames(Object.fromEntries([...names].map((name) => [name, "1"])), commands)).toEqual([]);
});

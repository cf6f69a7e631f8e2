// What `isrf plan` tells a person.
import type { Basis, Plan, PlannedStage } from "../pipeline/plan/index.ts";
import { formatSeconds } from "./rate.ts";

const HEAD = ["stage", "machines", "processor", "time", "memory", "storage", "money", "known"] as const;

export function planText({ settings, interactions, stages, total, warnings, measuredOn }: Plan): string {
  const { users, items, machines, cores, memoryGib } = settings;
  const hasMoney = total.cost > 0;
  const rows = [...stages.map(rowOf), totalRow(total)].map((row) => row.filter((_, i) => hasMoney || i !== 6));
  const head = HEAD.filter((word) => hasMoney || word !== "money");
  const widths = head.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
  const sizes = `${grouped(users)} users, ${grouped(items)} items, ${grouped(interactions)} interactions`;
  const on = `${machines} ${machines === 1 ? "machine" : "machines"} of ${cores} cores and ${memoryGib} GiB`;
  const { cpu, cores: measuredCores } = measuredOn;
  return [
    `${sizes}; ${on}`,
    "",
    ...[head, ...rows].map((row) => line(row).join("  ").trimEnd()),
    "",
    ...stages.map(({ name, work }) => `${name.padEnd(15)}${work}`),
    "",
    ...warnings,
    `Times are at the least: all cores in use, as fast as those of the measurements (${cpu}, ${measuredCores} cores).`,
  ].join("\n");
}

function rowOf(stage: PlannedStage): string[] {
  const { name, machines, processorSeconds, seconds, memoryMiB, storageBytes, cost, basis } = stage;
  return [
    name,
    `${machines}`,
    processorSeconds === undefined ? "" : formatSeconds(processorSeconds),
    seconds === undefined ? "unknown" : formatSeconds(seconds),
    gib(memoryMiB * 2 ** 20),
    storageBytes === 0 ? "" : gib(storageBytes),
    cost.toFixed(2),
    known(basis),
  ];
}

function totalRow({ seconds, cost, storageBytes, memoryMiB }: Plan["total"]): string[] {
  const time = seconds === undefined ? "unknown" : formatSeconds(seconds);
  return ["all", "", "", time, gib(memoryMiB * 2 ** 20), gib(storageBytes), cost.toFixed(2), ""];
}

function known(basis: Basis): string {
  switch (basis.kind) {
    case "measured":
      return "measured";
    case "beyond":
      return `${basis.times < 10 ? basis.times.toFixed(1) : Math.round(basis.times)} times beyond`;
    case "given":
      return "as given";
    case "unknown":
      return "no";
    default:
      return basis satisfies never;
  }
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function grouped(value: number): string {
  return Math.round(value).toLocaleString("en");
}

// What was split off a dataset, in labelled figures.
import { type DatasetSplit, splitWords } from "../data/index.ts";

export function splitFigures({ rule, asked, coldItems, newUsers, leftOutUsers }: DatasetSplit): [string, string][] {
  const whole = (value: number) => value.toLocaleString("en");
  const items = rule.kind === "time" ? "that nobody had before" : "that training never sees";
  return [
    ["held out", splitWords(rule)],
    ["asked", `${whole(asked.test)} test questions, ${whole(asked.valid)} for validation`],
    ["new items", `${whole(coldItems)} ${items}`],
    ["new users", `${whole(newUsers)} who stand in no training`],
    ["left out", `${whole(leftOutUsers)} users of whom too little is left`],
  ];
}

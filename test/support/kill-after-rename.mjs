// Preloaded (`node --import`): the process kills itself right after rename number KILL_AFTER whose target matches
// KILL_AT, where nothing else would hit the moment.
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const { rename } = fs;
const at = new RegExp(process.env.KILL_AT);
let left = Number(process.env.KILL_AFTER ?? 1);
fs.rename = async (from, to) => {
  await rename(from, to);
  if (at.test(String(to)) && --left === 0) process.kill(process.pid, "SIGKILL");
};
syncBuiltinESMExports();

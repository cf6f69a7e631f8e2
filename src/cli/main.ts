#!/usr/bin/env node
// Stacks name sources where files are loaded after Node was told so, hence the late imports.
if (process.env.ISRF_DEBUG === "1") process.setSourceMapsEnabled(true);
const [{ commands }, { runProcess }] = await Promise.all([import("./commands/index.ts"), import("./process.ts")]);

await runProcess(commands);

export {};

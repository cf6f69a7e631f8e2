// Preloaded by real-run.ts: tells the parent the largest resident memory of this process when it ends.
process.on("exit", () => process.send?.({ maxRssKiB: process.resourceUsage().maxRSS }));
process.channel?.unref();

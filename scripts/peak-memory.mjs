// Preloaded by real-run.ts: writes the largest resident memory of this process (KiB) to a file when it ends.
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY_FILE, String(process.resourceUsage().maxRSS)));

// Tests on real data, minutes long and outside the default run: npx vitest run --config test/slow/vitest.config.ts
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: { include: ["test/slow/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 600_000, maxWorkers: 1 },
});

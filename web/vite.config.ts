// The explorer as files that any server can hand out: hashed names, nothing inline, no other host.
import { join } from "node:path";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

/** Where `npm run dev:web` finds a running `isrf serve`. */
const SERVER = process.env.ISRF_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact()],
  // What exports bring along. Its types stand in the page: those of the sources are of Node.
  resolve: { alias: { "isrf-recommend": join(import.meta.dirname, "../src/browser/recommend.ts") } },
  build: {
    outDir: "../dist/ui",
    emptyOutDir: true,
    target: ["es2022", "chrome123", "firefox120", "safari17.5"],
    // The page's policy forbids data: in styles and scripts, and inline scripts.
    assetsInlineLimit: 0,
    license: { fileName: "LICENCES.md" },
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/v1": SERVER, "/openapi.json": SERVER } },
});

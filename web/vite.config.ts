import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative addresses: the result runs from any static server and any sub-folder.
  base: "./",
  plugins: [svelte()],
  worker: { format: "es" },
  build: {
    target: "es2023",
    // A module worth of guests must stay a file of its own, never text inside a script.
    assetsInlineLimit: 0,
    rollupOptions: { input: { index: "index.html", suite: "suite.html" } },
  },
  test: { include: ["src/**/*.test.ts"] },
});

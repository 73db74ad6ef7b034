import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The built page takes its own files and nothing else, from nowhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  // A picture on its way out of the page is an image of the page's own making.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Writes the policy into the built page. Vite's own development page could not work under it. */
const policy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { path }) =>
      path === "/index.html"
        ? [
            {
              tag: "meta",
              attrs: {
                "http-equiv": "Content-Security-Policy",
                content: POLICY,
              },
              injectTo: "head-prepend",
            },
          ]
        : [],
  },
};

export default defineConfig({
  // Relative addresses: the result runs from any static server and any sub-folder.
  base: "./",
  plugins: [svelte(), policy],
  worker: { format: "es" },
  build: {
    target: "es2023",
    // The oldest that know light-dark(): rewritten for older ones, it would be the visitor's scheme everywhere, in a
    // picture too that is exported in the other one.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // A module worth of guests must stay a file of its own, never text inside a script.
    assetsInlineLimit: 0,
    rollupOptions: { input: { index: "index.html", suite: "suite.html" } },
  },
  test: { include: ["src/**/*.test.ts", "tests/**/*.test.ts"] },
});

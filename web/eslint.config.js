import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["dist", "generated", "node_modules"] },
  js.configs.recommended,
  ...typescript.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker } },
    rules: {
      // Indexing answers `undefined` too in this project: where an index is known to be in range, `!` says so.
      "@typescript-eslint/no-non-null-assertion": "off",
      // A view's parts are records by pid and by name, and what is gone is taken out of them.
      "@typescript-eslint/no-dynamic-delete": "off",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    files: ["tests/**", "*.config.*"],
    languageOptions: { globals: globals.node },
  },
);

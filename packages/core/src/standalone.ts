// The whole client in one file, for pages without a bundler: tsup.standalone.config.ts makes an ES module and a script of it.
export * from "./index.js";

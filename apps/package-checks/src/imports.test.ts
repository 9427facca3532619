import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { publicPackages } from "./packages.js";

const folder = fileURLToPath(new URL("..", import.meta.url));
const packages = publicPackages();
const modules = packages.flatMap((one) => one.modules);
// The mock server is a program for Node; everything else runs in browsers and in edge functions too.
const webModules = modules.filter((name) => !name.startsWith("@layercode/mock-server"));

// zod marks its registry, so that two copies of it share one; Vue, what its own tools look for. Nothing else may stay.
const globalsOfDependencies = /^__(zod_global(Config|Registry)|VUE_\w+__)$/;

test("every public package is a dependency of these checks, so that it is built before them", () => {
  const { devDependencies } = JSON.parse(readFileSync(`${folder}package.json`, "utf8"));
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(packages.map(({ name }) => name)));
});

test.each(modules)("%s imports in Node, and leaves neither a word nor a global nor anything running", async (name) => {
  const script = `
    const names = () => Reflect.ownKeys(globalThis).map(String);
    const before = new Set(names());
    const prototypes = [Object, Array, Promise, EventTarget].map(({ prototype }) => Reflect.ownKeys(prototype).length);
    const module = await import(${JSON.stringify(name)});
    const changed = [Object, Array, Promise, EventTarget].filter(
      ({ prototype }, i) => Reflect.ownKeys(prototype).length !== prototypes[i],
    );
    process.on("exit", () => {
      console.log(JSON.stringify({
        exports: Object.keys(module).length,
        added: names().filter((name) => !before.has(name)),
        changed: changed.map(({ name }) => name),
      }));
    });`;
  // The process must end by itself: a timer or a socket left open would keep it, and the test would time out.
  const result = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: folder,
  });
  expect(result.stderr).toBe("");
  const { exports, added, changed } = JSON.parse(result.stdout);
  expect(exports).toBeGreaterThan(0);
  expect(added.filter((name: string) => !globalsOfDependencies.test(name))).toEqual([]);
  expect(changed).toEqual([]);
});

describe("where there is neither Node nor a page", () => {
  test.each(webModules)("%s imports", async (name) => {
    const exports = runInContext(`${await bundle(name)};module`, createContext(edgeScope(), strictEdge));
    expect(Object.keys(exports).length).toBeGreaterThan(0);
  });

  test("the scope is what it says", () => {
    const kinds = runInContext(
      "[typeof window, typeof document, typeof process, typeof Buffer]",
      createContext(edgeScope()),
    );
    expect(new Set(kinds)).toEqual(new Set(["undefined"]));
  });
});

const strictEdge = { codeGeneration: { strings: false, wasm: false } };

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from ${JSON.stringify(name)}`, resolveDir: folder },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "module",
    // Neither browser nor Node: an import of a built-in module of Node fails.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    // As every bundler for the edge does: frameworks ask for it.
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

// What the runtimes at the edge have in common: the web's own interfaces (WinterTC's minimum), without a page.
function edgeScope(): Record<string, unknown> {
  const { URL, URLSearchParams, TextEncoder, TextDecoder, Headers, Request, Response, fetch } = globalThis;
  const { AbortController, AbortSignal, DOMException, Event, EventTarget, crypto, atob, btoa } = globalThis;
  const { setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone } = globalThis;
  return {
    ...{ URL, URLSearchParams, TextEncoder, TextDecoder, Headers, Request, Response, fetch },
    ...{ AbortController, AbortSignal, DOMException, Event, EventTarget, crypto, atob, btoa },
    ...{ setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone },
  };
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { missingUses, propertyNames } from "./browser-apis.js";
import { publicPackages } from "./packages.js";

// The mock server is a program for Node, and so is what stands behind ./server.
const packages = publicPackages().filter(({ name }) => name !== "@layercode/mock-server");
const shipped = packages.flatMap(({ name, folder }) =>
  readdirSync(join(folder, "dist"))
    .filter((file) => /\.(js|d\.ts)$/.test(file) && !file.startsWith("server"))
    .map((file) => ({ file: `${name}/dist/${file}`, text: readFileSync(join(folder, "dist", file), "utf8") })),
);
const scripts = shipped.filter(({ file }) => file.endsWith(".js"));
const own = propertyNames(shipped.map(({ text }) => text));

/** What is used only where it is there, and what happens where it is not. */
const optional: Readonly<Record<string, string>> = {
  "Intl.Segmenter": "heardText ends at spaces, or between two characters of a script without spaces",
  ".segment": "see Intl.Segmenter",
  ".containing": "see Intl.Segmenter",
  ".toBase64": "a table does it",
  ".fromBase64": "a table does it",
  ".setSinkId": "setOutputDevice() rejects with output-unsupported",
  // `navigator.audioSession`, Safari's own, has the name of an option of ours: it is not told from that.
  ".setMicrophoneActive": "the media controls do not show whether the microphone is on",
  ".featurePolicy": "Chrome's own: elsewhere a refused microphone is permission-denied",
  ".allowsFeature": "see featurePolicy",
  ".constraint": "the explanation names no constraint",
  ".userActivation": "connect() before the first click opens the sound later",
  ".isActive": "see userActivation",
};

test("there is something to check", () => {
  expect(new Set(scripts.map(({ file }) => file.split("/")[1]))).toEqual(
    new Set(["audio", "core", "react", "svelte", "vue"]),
  );
  expect(scripts.map(({ file }) => file)).toContain("@layercode/audio/dist/worklet.js");
});

test.each(scripts)("$file uses what the oldest browsers of the README have", ({ text }) => {
  expect(missingUses(text, own).filter(({ name }) => !(name in optional))).toEqual([]);
});

test("what is optional is still used", () => {
  const used = new Set(scripts.flatMap(({ text }) => missingUses(text, own).map(({ name }) => name)));
  expect(Object.keys(optional).filter((name) => !used.has(name))).toEqual([]);
});

describe("the check finds", () => {
  test.each([
    ["URL.canParse(text)", "URL.canParse"],
    ["globalThis.URL.canParse(text)", "URL.canParse"],
    ["AbortSignal.any([one, other])", "AbortSignal.any"],
    ["Promise.withResolvers()", "Promise.withResolvers"],
    ["Object.groupBy(list, key)", "Object.groupBy"],
    ["new Intl.Segmenter()", "Intl.Segmenter"],
    ["scheduler.yield()", "scheduler"],
    ["requestIdleCallback(work)", "requestIdleCallback"],
    ["const { wakeLock } = navigator", ".wakeLock"],
    ["text.isWellFormed()", ".isWellFormed"],
    ["new Set().union(other)", ".union"],
    ["/(?<=a)b/.test(text)", "javascript.regular_expressions.lookbehind_assertion"],
    ["/[\\p{L}--[a-z]]/v.test(text)", "javascript.builtins.RegExp.unicodeSets"],
    ["class A { static { work(); } }", "javascript.classes.static.initialization_blocks"],
  ])("%s", (script, name) => {
    expect(missingUses(script).map((use) => use.name)).toContain(name);
  });

  test("nothing in what they all have", () => {
    const script = `
      const list = [1].with(0, 2).toSorted().findLast(Boolean);
      const { scheduler } = { scheduler: new URL("https://app.example") };
      structuredClone(scheduler); AbortSignal.timeout(1); navigator.locks.request("a", work); "a".at(-1);
      class A { #b = /(?<name>a)/u; static c = 1; }`;
    expect(missingUses(script, propertyNames([script]))).toEqual([]);
  });
});

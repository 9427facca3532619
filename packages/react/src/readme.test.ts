// @vitest-environment node
import { readFileSync } from "node:fs";
import * as core from "@layercode/core";
import { agentFields, createAgent } from "@layercode/core/bindings";
import { expect, test } from "vitest";
import * as exported from "./index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const isNamed = (name: string) => new RegExp(`\`${name}[\`(]`).test(readme);

test("the README names every field and every method of an agent", () => {
  const { methods } = createAgent({ agentId: "ag-123456", authorizeSessionEndpoint: "https://localhost/authorize" });
  expect([...agentFields, ...Object.keys(methods)].filter((name) => !isNamed(name))).toEqual([]);
});

test("the README names every export of this package's own", () => {
  const own = Object.keys(exported).filter((name) => !(name in core));
  expect(own).not.toEqual([]);
  expect(own.filter((name) => !isNamed(name))).toEqual([]);
});

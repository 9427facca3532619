// The packages, packed, in Node without import, in Jest as it is installed, and in Yarn's Plug'n'Play.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { publicPackages } from "../src/packages.js";
import { dual, others } from "../src/toolchains.js";
import { type InstalledProject, installTarballs } from "./installed-project.js";

const modules = publicPackages().flatMap((one) => one.modules);
const packageOf = (specifier: string) => specifier.split("/").slice(0, 2).join("/");
const forJest = modules.filter((specifier) => dual.includes(packageOf(specifier)));
const peers = ["react@19", "react-dom@19", "vue@3", "svelte@5"];
let project: InstalledProject;

beforeAll(async () => {
  const tools = Object.entries(others).map(([name, version]) => `${name}@${version}`);
  project = await installTarballs(...tools, ...peers);
});

afterAll(() => project?.remove());

test.each(modules)("require(%j) in Node", async (specifier) => {
  await project.write({ "require.cjs": "console.log(Object.keys(require(process.argv[2])).length);" });
  const { stdout, stderr } = await project.run("node", "require.cjs", specifier);
  expect(stderr).toBe("");
  expect(Number(stdout)).toBeGreaterThan(0);
});

test("in Node import and require() get one and the same, so that no context or class is there twice", async () => {
  const script = `
    const same = async (name) => require(name) === (await import(name)).default || Object.entries(require(name)).every(
      ([key, value], _, all) => key === "__esModule" || all.length === 0 || value === imported[key]);
    let imported;
    (async () => {
      for (const name of ${JSON.stringify(modules)}) {
        imported = await import(name);
        if (!(await same(name))) throw new Error(name + " is there twice.");
      }
    })();`;
  await project.write({ "same.cjs": script });
  expect((await project.run("node", "same.cjs")).stderr).toBe("");
});

test("a CommonJS backend authorizes: the handler on node:http", async () => {
  await project.write({
    "backend.cjs": `
      const { once } = require("node:events");
      const { createServer } = require("node:http");
      const { createAuthorizeHandler, toNodeHandler } = require("@layercode/core/server");
      const { createMockServer } = require("@layercode/mock-server");
      (async () => {
        const layercode = await createMockServer({ voice: "tone" });
        const { apiKey, apiUrl } = layercode;
        const authorize = createAuthorizeHandler({ apiKey, apiUrl, agentId: "ag-1", allowedOrigins: ["https://app.example"] });
        const server = createServer(toNodeHandler(authorize)).listen(0, "127.0.0.1");
        await once(server, "listening");
        const answer = await fetch("http://127.0.0.1:" + server.address().port + "/api/authorize", {
          method: "POST",
          headers: { "content-type": "application/json", origin: "https://app.example" },
          body: JSON.stringify({ agent_id: "ag-1", metadata: {}, sdk_version: "1.0.0" }),
        });
        console.log(answer.status, typeof (await answer.json()).client_session_key);
        server.close();
        server.closeAllConnections();
        await layercode.close();
      })();`,
  });
  expect((await project.run("node", "backend.cjs")).stdout.trim()).toBe("200 string");
});

describe("Jest as it is installed", () => {
  const testFile = (environment: string) => `
    /** @jest-environment ${environment} */
    const { LayercodeClient } = require("@layercode/core");
    test.each(${JSON.stringify(forJest)})("%s", (specifier) => {
      expect(Object.keys(require(specifier)).length).toBeGreaterThan(0);
    });
    test("what loads later", async () => {
      const off = { audioInput: false, audioOutput: false };
      const client = new LayercodeClient({ agentId: "ag-1", authorizeSessionEndpoint: "http://[", ...off });
      await expect(client.connect()).rejects.toMatchObject({ code: "invalid-option" });
    });`;

  test.each(["node", "jsdom"])("in its environment %s", async (environment) => {
    await project.write({ [`jest/${environment}.test.js`]: testFile(environment), "jest/package.json": "{}" });
    const { stderr } = await project.run("npx", "--no-install", "jest", "--rootDir", "jest", `${environment}.test.js`);
    expect(stderr).toContain(`Tests:       ${forJest.length + 1} passed`);
  });
});

test("Yarn's Plug'n'Play: every package declares what it imports", async () => {
  const tarballs = Object.fromEntries(
    project.tarballs.map((path) => [/.*layercode-(.+)-\d/.exec(path)?.[1] ?? "", `file:${path}`]),
  );
  const dependencies = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [`@layercode/${name}`, path]));
  await project.write({
    "pnp/package.json": JSON.stringify({
      dependencies: { ...dependencies, ...Object.fromEntries(peers.map((peer) => peer.split("@"))) },
      // A package of ours asks for the others by version: what a registry has under their names is not meant.
      resolutions: dependencies,
    }),
    "pnp/yarn.lock": "",
    "pnp/.yarnrc.yml":
      "nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\nenableImmutableInstalls: false\n",
    "pnp/run.mjs": `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      for (const name of ${JSON.stringify(modules.filter((name) => !name.endsWith("/testing")))}) {
        if (Object.keys(await import(name)).length === 0) throw new Error(name);
        if (Object.keys(require(name)).length === 0) throw new Error(name);
      }
      console.log("all");`,
  });
  const registry = (await project.run("npm", "config", "get", "registry")).stdout.trim();
  const yarn = `${project.folder}/node_modules/@yarnpkg/cli-dist/bin/yarn.js`;
  const environment = { YARN_NPM_REGISTRY_SERVER: registry };
  await project.runIn("pnp", environment, "node", yarn, "install");
  expect((await project.runIn("pnp", environment, "node", yarn, "node", "run.mjs")).stdout.trim()).toBe("all");
});

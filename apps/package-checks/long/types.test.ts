// The packages' types, packed, as old and new TypeScript reads them, with every way to resolve them.
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicPackages } from "../src/packages.js";
import { dual, newerTypes, typeScripts } from "../src/toolchains.js";
import { type InstalledProject, installTarballs } from "./installed-project.js";

const modules = publicPackages().flatMap((one) => one.modules);
const packageOf = (specifier: string) => specifier.split("/").slice(0, 2).join("/");
const alias = (version: string) => `typescript-${version.replaceAll(".", "-")}`;

/** The options of each way, the files that are compiled by it, and which modules these find. */
interface Resolution {
  options: string[];
  extensions: ("ts" | "mts" | "cts")[];
  isFor?(specifier: string, extension: string): boolean;
  isIn?(version: string): boolean;
}

const resolutions: Record<string, Resolution> = {
  bundler: { options: ["--module", "esnext", "--moduleResolution", "bundler"], extensions: ["ts"] },
  node16: {
    options: ["--module", "node16", "--moduleResolution", "node16"],
    // As import, and as require().
    extensions: ["mts", "cts"],
    isFor: (specifier, extension) => extension === "mts" || dual.includes(packageOf(specifier)),
  },
  node10: {
    options: ["--module", "commonjs", "--moduleResolution", "node10", "--esModuleInterop"],
    extensions: ["ts"],
    // It does not find Svelte's own types.
    isFor: (specifier) => packageOf(specifier) !== "@layercode/svelte",
    // TypeScript 7 has taken it away.
    isIn: (version) => Number.parseFloat(version) < 7,
  },
};

let project: InstalledProject;

beforeAll(async () => {
  const compilers = typeScripts.map((version) => `${alias(version)}@npm:typescript@${version}`);
  const types = ["@types/node@20", "@types/react@19", "@types/ws@8"];
  project = await installTarballs(...compilers, ...types, "react@19", "vue@3", "svelte@5");
});

afterAll(() => project?.remove());

const cases = typeScripts.flatMap((version) =>
  Object.entries(resolutions)
    .filter(([, { isIn = () => true }]) => isIn(version))
    .map(([name, resolution]) => ({ version, name, ...resolution })),
);

test.each(cases)("TypeScript $version, $name", async ({ version, name, options, extensions, isFor = () => true }) => {
  const isOldEnough = (specifier: string) =>
    Number.parseFloat(newerTypes[specifier] ?? newerTypes[packageOf(specifier)] ?? "0") <= Number.parseFloat(version);
  const files = extensions.map((extension) => {
    const wanted = modules.filter((specifier) => isOldEnough(specifier) && isFor(specifier, extension));
    const lines = wanted.map((specifier) => `export * as ${specifier.replace(/\W+/g, "_")} from "${specifier}";`);
    return [`types-${alias(version)}-${name}.${extension}`, `${lines.join("\n")}\n${use}`] as const;
  });
  await project.write(Object.fromEntries(files));
  const common = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--types", "node"];
  const all = [...common, "--lib", "es2022,dom,dom.iterable", ...options, ...files.map(([file]) => file)];
  const { stdout } = await project
    .run("node", `node_modules/${alias(version)}/bin/tsc`, ...all)
    .catch(({ stdout, message }: { stdout?: string; message: string }) => ({ stdout: stdout || message }));
  expect(stdout).toBe("");
});

/** Types that are there, and are not `any`. */
const use = `
import { LayercodeClient, type LayercodeClientOptions } from "@layercode/core";
export const options: LayercodeClientOptions = { agentId: "ag-1", authorizeSessionEndpoint: "/api/authorize" };
// @ts-expect-error The status is no number.
export const status: number = new LayercodeClient(options).status;
`;

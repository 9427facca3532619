// With what the published packages were tried: the tests in long/ run what stands here, and the README of core tells it.
import { oldestBrowsers } from "@layercode/browser-testing/old-browsers";

/** Bundlers, and plugins of theirs, in the version that is installed. */
export const bundlers = {
  esbuild: "0.27.7",
  parcel: "2.16.4",
  rollup: "4.68.8",
  "@rspack/core": "2.3.4",
  webpack: "5.113.0",
} as const;
export const bundlerPlugins = {
  "@rollup/plugin-commonjs": "29.0.3",
  "@rollup/plugin-node-resolve": "16.0.3",
} as const;
export type Bundler = keyof typeof bundlers;

/** Test runners, and package managers that resolve otherwise. */
export const others = { jest: "30.5.2", "jest-environment-jsdom": "30.5.2", "@yarnpkg/cli-dist": "4.18.1" } as const;

/** The oldest that every package is read by, one where the standard library changed, what is used here, the newest. */
export const typeScripts = ["5.0.4", "5.4.5", "5.9.3", "7.0.2"] as const;
/** Packages and modules whose types use those of a dependency that asks for more than the oldest: of zod, Vue and Svelte. */
export const newerTypes: Readonly<Record<string, string>> = {
  "@layercode/core/protocol": "5.4.5",
  "@layercode/mock-server": "5.4.5",
  "@layercode/svelte": "5.4.5",
  "@layercode/vue": "5.4.5",
};

/** Packages that have a CommonJS build as well: the others are ESM alone. */
export const dual = ["@layercode/audio", "@layercode/core", "@layercode/react", "@layercode/vue"];

/** The table in the README of core. */
export function supportTable(viteVersion: string): string {
  const { chrome, firefox, safari } = oldestBrowsers;
  const named = Object.entries({ ...bundlers, vite: viteVersion })
    .map(([name, version]) => `${name.replace("@rspack/core", "rspack")} ${short(version)}`)
    .sort();
  const [oldest = "", ...newer] = typeScripts;
  const exceptions = Object.entries(newerTypes).map(([name, version]) => `\`${name}\` from ${short(version)}`);
  return [
    "| | |",
    "|---|---|",
    `| browsers | Chrome and Edge ${chrome}, Firefox ${firefox}, Safari ${safari}, and newer; on phones too |`,
    `| bundlers | ${named.join(", ")} |`,
    "| `import` | everywhere |",
    `| \`require()\` | Node 20.19 and newer; bundlers; Jest ${short(others.jest)} as it is installed: all but \`@layercode/svelte\` and \`@layercode/mock-server\` |`,
    `| Plug'n'Play | Yarn ${short(others["@yarnpkg/cli-dist"])} |`,
    `| TypeScript | from ${short(oldest)}, tried with ${newer.map(short).join(", ")} too, also with \`skipLibCheck: false\`; ${exceptions.join(", ")} |`,
    "| `moduleResolution` | `bundler`, `node16`, `node10`; `@layercode/svelte` by the first two |",
  ].join("\n");
}

function short(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

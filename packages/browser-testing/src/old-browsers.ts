import type { BrowserName, CompatStatement, Identifier, SimpleSupportStatement } from "@mdn/browser-compat-data";
import data from "@mdn/browser-compat-data/forLegacyNode";
import type { Page } from "playwright";
import { type Api, removeApis } from "./page/remove-apis.js";
import { installScript } from "./page.js";

export type { Api };

/** The oldest browsers that the README of core promises; their namesakes on phones, and Edge, have the same engines. */
export const oldestBrowsers: Readonly<Partial<Record<BrowserName, string>>> = {
  chrome: "110",
  edge: "110",
  chrome_android: "110",
  firefox: "115",
  firefox_android: "115",
  safari: "16",
  safari_ios: "16",
};

/** Built-in objects that hold others. */
const namespaces = ["Intl", "Temporal"];

/** Every interface, built-in object and member of these that browser-compat-data knows. */
export function knownApis(browsers = oldestBrowsers): Api[] {
  const builtins = data.javascript.builtins as Identifier;
  return [
    ...apisIn(data.api, "", browsers),
    ...apisIn(builtins, "", browsers),
    ...namespaces.flatMap((name) => apisIn(builtins[name] as Identifier, `${name}.`, browsers)),
  ];
}

/** What of these the oldest browsers lack. */
export function missingApis(browsers = oldestBrowsers): Api[] {
  return knownApis(browsers).filter(({ missingIn }) => missingIn.length > 0);
}

/** Whether a feature, named by its path in browser-compat-data, is in all of the oldest browsers. */
export function isEverywhere(path: string, browsers = oldestBrowsers): boolean {
  const found = path.split(".").reduce<Identifier | undefined>((at, name) => at?.[name], data as unknown as Identifier);
  if (!found?.__compat) throw new Error(`browser-compat-data has no ${path}.`);
  return lacking(found.__compat, browsers).length === 0;
}

/** Takes away from a page, before any of its scripts, what the oldest browsers lack. What it removes is counted in the page. */
export async function makeOld(page: Page, browsers = oldestBrowsers): Promise<void> {
  await installScript(page, removeApis, missingApis(browsers));
}

/** Not a page's: what a worker lacks may be there in the window. */
const otherScopes = /(Worker|Worklet)GlobalScope$/;

function apisIn(parent: Identifier, prefix: string, browsers: typeof oldestBrowsers): Api[] {
  return namesIn(parent).flatMap((name) => {
    const at = parent[name] as Identifier;
    if (otherScopes.test(name)) return [];
    // The members of the window are names without an owner.
    const owner = name === "Window" ? "" : prefix + name;
    const own = at.__compat ? [{ owner: prefix + name, member: null, missingIn: lacking(at.__compat, browsers) }] : [];
    const members = namesIn(at).flatMap((member) => {
      const compat = at[member]?.__compat;
      // An event is no name, and what a constructor takes stands deeper.
      if (!compat || member.endsWith("_event") || member === name) return [];
      return [{ owner, member: member.replace(/_static$/, ""), missingIn: lacking(compat, browsers) }];
    });
    return [...own, ...members];
  });
}

function namesIn(parent: Identifier): string[] {
  return Object.keys(parent).filter((name) => /^\w+$/.test(name) && name !== "__compat");
}

/** The browsers that lack a feature. Without a word about a browser it lacks it. */
function lacking({ support }: CompatStatement, browsers: typeof oldestBrowsers): string[] {
  return Object.entries(browsers)
    .filter(([browser, version]) => {
      const statements = support[browser as BrowserName] ?? [];
      return ![statements].flat().some((statement) => isIn(statement as SimpleSupportStatement, version));
    })
    .map(([browser, version]) => `${browser} ${version}`);
}

function isIn(statement: SimpleSupportStatement, version: string): boolean {
  const { version_added: added, version_removed: removed, flags, prefix, alternative_name: otherName } = statement;
  if (flags || prefix || otherName) return false;
  return isAtMost(added, version) && !(removed && isAtMost(removed, version));
}

function isAtMost(found: string | boolean | null | undefined, version: string): boolean {
  if (typeof found !== "string") return found === true;
  return Number.parseFloat(found.replace("≤", "")) <= Number.parseFloat(version);
}

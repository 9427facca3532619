import type { Mount } from "./shared/page.js";

/** One page of the demo. Its code is loaded when it is shown. */
export interface PageEntry {
  path: string;
  name: string;
  load(): Promise<{ mount: Mount }>;
}

/** All pages, as the switcher shows them. The first is shown where the path is none of theirs. */
export const pages: readonly [PageEntry, ...PageEntry[]] = [
  { path: "/", name: "Vanilla", load: () => import("./vanilla/page.js") },
  { path: "/react", name: "React", load: () => import("./react/page.js") },
  { path: "/vue", name: "Vue", load: () => import("./vue/page.js") },
  { path: "/svelte", name: "Svelte", load: () => import("./svelte/page.js") },
];

import type { Undo } from "@layercode/core";
import type { Panel } from "./panel.js";

/** What the shell gives to a page. */
export interface PageProps {
  /** One for each agent: the page shows them in this order. They outlive the page. */
  panels: readonly Panel[];
}

/** What `page.ts(x)` of each framework exports as `mount`: puts the page into an empty element. Returns the undo. */
export type Mount = (root: HTMLElement, props: PageProps) => Undo;

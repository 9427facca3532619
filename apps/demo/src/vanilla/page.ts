import type { Undo } from "@layercode/core";
import type { PageProps } from "../shared/page.js";
import { showPanel } from "./panel.js";

/** The page without a framework: `@layercode/core` and the DOM. */
export function mount(root: HTMLElement, { panels }: PageProps): Undo {
  const undo = panels.map((panel) => {
    const section = root.appendChild(document.createElement("section"));
    return showPanel(section, panel);
  });
  return () => {
    for (const stop of undo) stop();
    root.replaceChildren();
  };
}

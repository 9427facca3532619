import type { Undo } from "@layercode/core";
import type { Panel } from "../shared/panel.js";
import type { Start } from "../shared/start.js";
import { showConversation } from "./conversation.js";
import html from "./panel.html?raw";
import { part } from "./part.js";

/** One agent's panel, which can be closed and opened again. Returns the undo. */
export function showPanel(section: HTMLElement, panel: Panel): Undo {
  section.className = "panel";
  section.setAttribute("aria-label", panel.agentId);
  section.innerHTML = html;
  part(section, "h2", HTMLHeadingElement).textContent = panel.agentId;
  const toggle = part(section, ".toggle", HTMLButtonElement);
  const place = part(section, ".conversation", HTMLDivElement);
  let end: Undo | null = null;

  const show = (start: Start | null) => {
    end?.();
    place.replaceChildren();
    place.hidden = start === null;
    toggle.textContent = start ? "Close" : "Open";
    end = start && showConversation(place, { panel, start, startAnew: () => show(panel.startAnew()) });
  };
  show(panel.start);
  toggle.addEventListener("click", () => show(end ? panel.close() : panel.reopen()));
  return () => end?.();
}

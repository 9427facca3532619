import { attachVisualizer, type LayercodeClient, type Undo } from "@layercode/core";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";

/** Draws how loud both sides are, while connected. */
export function showLevels(panel: HTMLElement, client: LayercodeClient): Undo {
  rendered("levels");
  const undo = [
    attachVisualizer(part(panel, ".agent-meter", HTMLCanvasElement), client, { source: "agent" }),
    attachVisualizer(part(panel, ".user-meter", HTMLCanvasElement), client, { source: "user" }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}

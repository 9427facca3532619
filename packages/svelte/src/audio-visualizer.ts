import { attachVisualizer, type VisualizerOptions } from "@layercode/core";
import type { Attachment } from "svelte/attachments";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * Draws on a canvas how loud one side is, in its CSS `color` and at its CSS size: `{@attach audioVisualizer(agent)}`.
 * Default: the context's agent, and its voice.
 */
export function audioVisualizer(
  agent: LayercodeAgent = getLayercode(),
  options: VisualizerOptions = {},
): Attachment<HTMLCanvasElement> {
  return (canvas) => attachVisualizer(canvas, agent.client, options);
}

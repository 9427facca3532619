import { attachVisualizer, type VisualizerOptions } from "@layercode/core";
import { type ComponentPropsWithoutRef, type ReactElement, useEffect, useRef } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";

export interface AudioVisualizerProps extends ComponentPropsWithoutRef<"canvas">, AgentChoice, VisualizerOptions {}

/**
 * A canvas that shows how loud one side is, in its CSS `color` and at its CSS size. It draws without rendering. Give it
 * `role="img"` with an `aria-label`; without a label it is hidden from assistive technology.
 */
export function AudioVisualizer({ agent, client, source = "agent", ...props }: AudioVisualizerProps): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useChosenAgent("<AudioVisualizer>", { agent, client }).agent.client;
  useEffect(() => {
    if (canvas.current) return attachVisualizer(canvas.current, drawn, { source });
  }, [drawn, source]);
  return <canvas {...props} aria-hidden={props["aria-hidden"] ?? !props["aria-label"]} ref={canvas} />;
}

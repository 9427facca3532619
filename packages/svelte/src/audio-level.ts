import { type AudioSource, watchAudioLevel } from "@layercode/core";
import { untrack } from "svelte";
import type { Attachment } from "svelte/attachments";
import { getLayercode } from "./context.js";
import type { LayercodeAgent } from "./use-layercode-agent.js";

/**
 * Gives the level of one side (RMS, 0..1) to an element once an animation frame while connected, and 0 when that ends:
 * `{@attach audioLevel(agent, "user")}`. Sets the CSS variable `--audio-level`, or calls `callback`. Causes no
 * rendering. Default: the context's agent, and its voice.
 */
export function audioLevel(
  agent: LayercodeAgent = getLayercode(),
  source: AudioSource = "agent",
  callback: (level: number, element: HTMLElement) => void = showLevel,
): Attachment<HTMLElement> {
  // `untrack`: an attachment is an effect, and would be attached again for what the callback reads.
  return (element) =>
    watchAudioLevel(agent.client, source, (level) => untrack(() => callback(level, element)), element);
}

function showLevel(level: number, element: HTMLElement): void {
  element.style.setProperty("--audio-level", String(level));
}

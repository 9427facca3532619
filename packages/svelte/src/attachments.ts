import {
  type AudioSource,
  attachPushToTalk,
  attachVisualizer,
  type PushToTalkOptions,
  type VisualizerOptions,
  watchAudioLevel,
} from "@layercode/core";
import { untrack } from "svelte";
import type { Attachment } from "svelte/attachments";
import type { LayercodeAgent } from "./agent.js";
import { getLayercode } from "./context.js";

/**
 * Makes a button hold-to-talk by pointer, touch and keyboard: `{@attach pushToTalk(agent)}`. Whatever ends the hold
 * releases: lost capture, blur, a hidden page, the button's removal. `key` is a hotkey of the whole page, by
 * `KeyboardEvent.key` or `.code`. Default: the context's agent.
 */
export function pushToTalk(
  agent: LayercodeAgent = getLayercode(),
  options: PushToTalkOptions = {},
): Attachment<HTMLElement> {
  return (element) => attachPushToTalk(element, agent.client, options);
}

/**
 * Draws a side's level on a canvas while connected, in the canvas' CSS `color`: `{@attach audioVisualizer(agent)}`.
 * Default: the context's agent, and the agent's voice.
 */
export function audioVisualizer(
  agent: LayercodeAgent = getLayercode(),
  options: VisualizerOptions = {},
): Attachment<HTMLCanvasElement> {
  return (canvas) => attachVisualizer(canvas, agent.client, options);
}

/**
 * Hands a side's level (RMS, 0..1) to an element once a frame while connected: `{@attach audioLevel(agent, "user")}`.
 * Without a callback it is the CSS variable `--audio-level`. Nothing renders. Default: the context's agent, its voice.
 */
export function audioLevel(
  agent: LayercodeAgent = getLayercode(),
  source: AudioSource = "agent",
  callback: (level: number, element: HTMLElement) => void = showLevel,
): Attachment<HTMLElement> {
  return (element) => watchAudioLevel(agent.client, source, (level) => untrack(() => callback(level, element)));
}

function showLevel(level: number, element: HTMLElement): void {
  element.style.setProperty("--audio-level", String(level));
}

import { type AudioSource, watchAudioLevel } from "@layercode/core";
import { type RefObject, useEffect, useRef } from "react";
import { useIsomorphicLayoutEffect } from "./agents.js";
import { type AgentChoice, useChosenAgent } from "./provider.js";

export interface UseAudioLevelOptions extends AgentChoice {
  /** Whose sound. Default `"agent"`. */
  readonly source?: AudioSource;
}

type LevelTarget = ((level: number) => void) | RefObject<HTMLElement | null>;

/**
 * The level of one side (RMS, 0..1), once an animation frame while connected, and 0 at the end. Nothing renders: it
 * calls `target` back, or, given a ref, sets the CSS variable `--audio-level` of its element.
 */
export function useAudioLevel(target: LevelTarget, { source = "agent", ...choice }: UseAudioLevelOptions = {}): void {
  const { client } = useChosenAgent("useAudioLevel()", choice).agent;
  const latest = useRef(target);
  useIsomorphicLayoutEffect(() => {
    latest.current = target;
  });
  useEffect(() => watchAudioLevel(client, source, (level) => show(latest.current, level)), [client, source]);
}

function show(target: LevelTarget, level: number): void {
  if (typeof target === "function") target(level);
  else target.current?.style.setProperty("--audio-level", String(level));
}

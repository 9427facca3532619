import { type AudioSource, watchAudioLevel } from "@layercode/core";
import { type RefObject, useEffect, useRef } from "react";
import { type AgentChoice, useChosenAgent } from "./context.js";
import { useIsomorphicLayoutEffect } from "./use-isomorphic-layout-effect.js";

export interface UseAudioLevelOptions extends AgentChoice {
  /** Whose sound. Default `"agent"`. */
  readonly source?: AudioSource;
}

type LevelTarget = ((level: number) => void) | RefObject<HTMLElement | null>;

/**
 * Gives the level of one side (RMS, 0..1) to `target` once an animation frame while connected, and 0 when that ends. A
 * callback is called; of a ref's element the CSS variable `--audio-level` is set. Causes no rendering.
 */
export function useAudioLevel(target: LevelTarget, { source = "agent", ...choice }: UseAudioLevelOptions = {}): void {
  const { client } = useChosenAgent("useAudioLevel()", choice).agent;
  const latest = useRef(target);
  useIsomorphicLayoutEffect(() => {
    latest.current = target;
  });
  useEffect(
    () => watchAudioLevel(client, source, (level) => show(latest.current, level), elementOf(latest.current)),
    [client, source],
  );
}

function elementOf(target: LevelTarget): HTMLElement | null {
  return typeof target === "function" ? null : target.current;
}

function show(target: LevelTarget, level: number): void {
  if (typeof target === "function") target(level);
  else elementOf(target)?.style.setProperty("--audio-level", String(level));
}

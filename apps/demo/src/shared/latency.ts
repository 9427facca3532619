import type { LayercodeClient, TurnSummary, Undo } from "@layercode/core";

/** Shows, in an element, how long the last turn took that the user had to wait for. Returns the undo. */
export function showLatency(element: HTMLElement, client: LayercodeClient): Undo {
  return client.on("turn-summary", ({ voiceToVoiceMs, responseMs }: TurnSummary) => {
    if (responseMs === null && voiceToVoiceMs === null) return;
    element.textContent = `Voice to voice ${inMs(voiceToVoiceMs)} \u00b7 response ${inMs(responseMs)}`;
  });
}

function inMs(ms: number | null): string {
  return ms === null ? "\u2013" : `${Math.round(ms)} ms`;
}

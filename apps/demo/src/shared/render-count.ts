/** The parts of a panel, as renders are counted. */
export type Part =
  | "conversation"
  | "status"
  | "levels"
  | "transcript"
  | "errors"
  | "push-to-talk"
  | "controls"
  | "microphone"
  | "sound"
  | "composer"
  | "footer"
  | "recording"
  | "message-log";

declare global {
  /** With `?count` in the page's address: how often each part was rendered. */
  var renderCounts: Partial<Record<Part, number>> | undefined;
}

/** Counts one render of a part, when the page's address has `?count`. */
export function rendered(part: Part): void {
  if (!counting()) return;
  globalThis.renderCounts ??= {};
  globalThis.renderCounts[part] = (globalThis.renderCounts[part] ?? 0) + 1;
}

function counting(): boolean {
  return new URLSearchParams(location.search).has("count");
}

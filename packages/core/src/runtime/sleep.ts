import type { Undo } from "../undo.js";

/** How often it is looked whether the device has slept, in ms. */
const beatMs = 5000;
/** A shorter sleep than this, in ms, costs no connection: the other side has not given up yet. */
const shortestSleepMs = 10_000;

/**
 * Tells when the device has slept, within 5 s after it woke: no browser has an event for that. Either a clock stood still
 * that does so in sleep on many systems (`performance.now()`), while the date went on; or a beat came late though the page
 * is visible. The beats of a hidden page come as rarely as its browser likes, and say nothing.
 */
export function watchSleep(onWoken: () => void): Undo {
  const { document } = globalThis as { document?: Document };
  let before = readClocks();
  const look = (isBeat: boolean) => {
    const now = readClocks();
    const passed = now.monotonic - before.monotonic;
    const stoodStill = now.date - before.date - passed;
    const isLate = isBeat && document?.visibilityState !== "hidden" && passed > beatMs + shortestSleepMs;
    before = now;
    if (isLate || stoodStill > shortestSleepMs) onWoken();
  };
  // Also when the page is shown or hidden: what passed until then was under the other rule.
  const changed = () => look(false);
  const beats = setInterval(look, beatMs, true);
  document?.addEventListener?.("visibilitychange", changed);
  return () => {
    clearInterval(beats);
    document?.removeEventListener?.("visibilitychange", changed);
  };
}

function readClocks() {
  return { date: Date.now(), monotonic: performance.now() };
}

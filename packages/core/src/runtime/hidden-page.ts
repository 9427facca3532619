import type { Undo } from "../undo.js";
import type { ControlledClient } from "./media-session.js";

/** The number of the calls of this file: nobody waits for their outcome. */
const own = -1;

/**
 * The option `onHidden` of a client that is connected: the microphone is given back when the page is hidden, and opened when
 * it is seen, unless somebody has muted it meanwhile; or the session ends. Returns the undo.
 */
export function followPage(onHidden: "mute" | "end", { getModel, dispatch, observe }: ControlledClient): Undo {
  let isMutedByPage = false;

  function mute(muted: "release" | null): void {
    isMutedByPage = muted !== null;
    dispatch({ type: "setMuted", muted, call: own });
  }

  function follow(): void {
    const { muted } = getModel().audioInput;
    const isHidden = document.visibilityState === "hidden";
    if (!isHidden) return isMutedByPage ? mute(null) : undefined;
    if (onHidden === "end") dispatch({ type: "takenOver", by: "page" });
    else if (muted === null) mute("release");
  }

  // Whoever mutes or unmutes has the last word.
  const unobserve = observe(({ type, call }) => {
    if (type === "setMuted" && call !== own) isMutedByPage = false;
  });
  document.addEventListener("visibilitychange", follow);
  follow();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    // What the page has muted is not muted in the next session.
    if (isMutedByPage) mute(null);
    unobserve();
  };
}

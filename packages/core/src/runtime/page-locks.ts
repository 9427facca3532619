import type { ResolvedOptions } from "../options/resolve.js";
import type { Undo } from "../undo.js";
import type { ControlledClient } from "./media-session.js";

/** A client that is connected. */
export interface LockingClient extends ControlledClient {
  /** Handed over, as `isListening`. */
  begun(code: Promise<() => Undo>): Undo;
  /** Another tab that wants to be the only one connected: what the user is told of it. */
  onTakenOver(text: string): void;
}

const takenOver = (by: string) =>
  `Another ${by} took over: the option "exclusive" lets one speak at a time. Call connect() to take it back.`;

/** Who of this page speaks, or spoke last: the lock tells only that it was taken, not by whom. */
let speaker: object | null = null;

/**
 * Keeps the screen on, and other tabs silent, as far as the browser can; follows the media controls, and whether the page is
 * seen. Returns the undo.
 */
export function lockPage(
  { wakeLock, exclusive, mediaSession, onHidden }: ResolvedOptions,
  client: LockingClient,
): Undo {
  const { begun } = client;
  const undo: Undo[] = [];
  if (wakeLock && navigator.wakeLock) undo.push(keepScreenOn(navigator.wakeLock));
  if (exclusive && navigator.locks) undo.push(speakAlone(navigator.locks, client.onTakenOver));
  if (mediaSession !== false && navigator.mediaSession)
    undo.push(
      begun(
        import("./media-session.js").then(
          ({ holdMediaSession }) =>
            () =>
              holdMediaSession(client),
        ),
      ),
    );
  if (onHidden === "mute" || onHidden === "end")
    undo.push(
      begun(
        import("./hidden-page.js").then(
          ({ followPage }) =>
            () =>
              followPage(onHidden, client),
        ),
      ),
    );
  return () => {
    for (const giveBack of undo) giveBack();
  };
}

// The system takes the lock whenever the page is hidden.
function keepScreenOn(wakeLock: WakeLock): Undo {
  let lock: WakeLockSentinel | null = null;
  let isOver = false;
  const giveBack = (sentinel: WakeLockSentinel | null) => void sentinel?.release().catch(() => {});
  const acquire = () => {
    if (document.visibilityState === "hidden") return;
    wakeLock.request("screen").then(
      (sentinel) => {
        giveBack(isOver ? sentinel : lock);
        lock = sentinel;
      },
      // Low battery, or a policy: the conversation goes on all the same.
      () => {},
    );
  };
  document.addEventListener("visibilitychange", acquire);
  acquire();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", acquire);
    giveBack(lock);
  };
}

// The tab that asks last speaks: that is where the user is.
function speakAlone(locks: LockManager, onTakenOver: (text: string) => void): Undo {
  let giveBack = () => {};
  let isOver = false;
  const held = new Promise<void>((resolve) => {
    giveBack = resolve;
  });
  speaker = held;
  locks
    .request("layercode-speaking", { steal: true }, () => held)
    .catch((error: unknown) => {
      // Anything else is a refusal, as in a sandboxed frame (SecurityError): nobody has taken what nobody held.
      const isStolen = error instanceof Error && error.name === "AbortError";
      if (isStolen && !isOver) onTakenOver(takenOver(speaker === held ? "tab" : "client of this page"));
    });
  return () => {
    isOver = true;
    giveBack();
  };
}

import { FakeEventTarget } from "./fake-event-target.js";
import { FakeLockManager } from "./fake-lock-manager.js";
import { FakeMediaSession } from "./fake-media-session.js";
import { FakePermissions } from "./fake-permissions.js";
import { FakeWakeLock } from "./fake-wake-lock.js";

/**
 * The page around a client: its network, its screen, the other tabs. Counts what is held of them. `globals` are to be
 * put in place of the platform's, for which `@layercode/client-testing/vitest` has `stubPage()`.
 */
export function createFakePage() {
  const target = new FakeEventTarget();
  const wakeLock = new FakeWakeLock();
  const locks = new FakeLockManager();
  const mediaSession = new FakeMediaSession();
  const permissions = new FakePermissions();
  // Bound: a client calls the global functions without a receiver of their own.
  const listening = {
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  };
  const page = {
    online: true,
    visible: true,
    /** The system's media controls. */
    mediaSession,
    /** The microphone's permission. */
    permissions,
    /** How many locks keep the screen on. */
    get screenLocks(): number {
      return wakeLock.held;
    },
    /** How many listeners the window and the document have. */
    get listeners(): number {
      return target.listenerCount;
    },
    /** How many clients hold the name by which one tab alone speaks. */
    get speakers(): number {
      return locks.holders;
    },
    goOffline(): void {
      page.online = false;
      target.dispatch("offline");
    },
    goOnline(): void {
      page.online = true;
      target.dispatch("online");
    },
    hide(): void {
      page.visible = false;
      wakeLock.takeBack();
      target.dispatch("visibilitychange");
    },
    show(): void {
      page.visible = true;
      target.dispatch("visibilitychange");
    },
    /** Another tab asks for the name that this one holds. */
    anotherTabSpeaks(): void {
      locks.steal();
    },
    /** Whether the browser keeps such names from this page, as from a sandboxed frame. */
    set refusesLocks(refuses: boolean) {
      locks.refuses = refuses;
    },
    globals: {
      ...listening,
      document: {
        ...listening,
        get visibilityState(): string {
          return page.visible ? "visible" : "hidden";
        },
      },
      navigator: {
        get onLine(): boolean {
          return page.online;
        },
        wakeLock,
        locks,
        mediaSession,
        permissions,
      },
    },
  };
  return page;
}

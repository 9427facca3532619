import type { Input } from "../machine/channels/input.js";
import type { Devices } from "../machine/devices/devices.js";
import type { ClientEvent } from "../machine/events.js";
import type { Model } from "../machine/model.js";
import type { Undo } from "../undo.js";

/** A client, as the media controls of the system need it. */
export interface ControlledClient {
  getModel(): Model;
  dispatch(event: ClientEvent): void;
  /** Tells `observer` everything that happens. Returns the undo. */
  observe(observer: (happening: { readonly type: string; readonly call?: unknown }) => void): Undo;
  /** Handed over: code that this file shared with a session would be a file more for every session. */
  isListening(input: Input, devices: Devices | null): boolean;
}

/** The clients that are connected. The page has one media session: it is the newest one's. */
const clients: ControlledClient[] = [];
/** The number of a call of which nobody waits for the outcome. */
const nobody = 0;
/** What the system was told last. */
let isShownActive: boolean | undefined;

/** Lets the system's media controls hang up and mute, and shows there whether the microphone is on. Returns the undo. */
export function holdMediaSession(client: ControlledClient): Undo {
  clients.push(client);
  follow();
  const unobserve = client.observe(showMicrophone);
  return () => {
    unobserve();
    const index = clients.indexOf(client);
    if (index >= 0) clients.splice(index, 1);
    follow();
  };
}

function follow(): void {
  const client = clients.at(-1);
  handle("hangup", client ? () => client.dispatch({ type: "disconnect", call: nobody }) : null);
  handle("togglemicrophone", client ? () => toggleMicrophone(client) : null);
  navigator.mediaSession.playbackState = client ? "playing" : "none";
  showMicrophone();
}

function toggleMicrophone({ getModel, dispatch }: ControlledClient): void {
  dispatch({ type: "setMuted", muted: getModel().audioInput.muted === null ? "plain" : null, call: nobody });
}

function isMicrophoneActive({ getModel, isListening }: ControlledClient): boolean {
  const { audioInput, devices } = getModel();
  return audioInput.status === "open" && isListening(audioInput, devices);
}

function handle(action: "hangup" | "togglemicrophone", handler: (() => void) | null): void {
  try {
    navigator.mediaSession.setActionHandler(action as MediaSessionAction, handler);
  } catch {
    // A browser throws where it does not know the action: it has no such button.
  }
}

function showMicrophone(): void {
  const client = clients.at(-1);
  const isActive = client !== undefined && isMicrophoneActive(client);
  if (isActive === isShownActive) return;
  isShownActive = isActive;
  const session: { setMicrophoneActive?(active: boolean): unknown } = navigator.mediaSession;
  try {
    // Some return a promise, which rejects where the page is hidden: then the system shows it as it was.
    Promise.resolve(session.setMicrophoneActive?.(isActive)).catch(() => {});
  } catch {
    // As above, by those that return none.
  }
}

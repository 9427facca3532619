import type { LayercodeClient, Undo } from "@layercode/core";
import { element } from "./elements";

/** Shows the button when the agent listens only while it is held. */
export function showPushToTalk(client: LayercodeClient): Undo {
  const button = element("push-to-talk", HTMLButtonElement);
  const render = () => {
    const { status, pushToTalk, audioInput, isMuted } = client.getSnapshot();
    button.hidden = !(status === "connected" && pushToTalk.enabled && audioInput);
    button.disabled = isMuted;
    button.ariaPressed = String(pushToTalk.pressed);
    button.textContent = pushToTalk.pressed ? "Listening… let go to send" : "Hold to talk";
  };
  render();
  const unsubscribe = client.subscribe(render);
  const release = holdable(button, {
    // A press that the connection overtakes is reported by the client.
    onPress: () => void client.triggerUserTurnStarted().catch(() => {}),
    onRelease: () => void client.triggerUserTurnFinished().catch(() => {}),
  });
  return () => {
    release();
    unsubscribe();
  };
}

/**
 * Makes a button that is held: by pointer or touch, or by the space or enter key. Whatever takes the hold away releases it:
 * a cancelled touch, a lost focus, a hidden page. Returns the undo, which releases as well.
 */
function holdable(button: HTMLButtonElement, on: { onPress(): void; onRelease(): void }): Undo {
  let held = false;
  const press = () => {
    if (held || button.disabled) return;
    held = true;
    on.onPress();
  };
  const release = () => {
    if (!held) return;
    held = false;
    on.onRelease();
  };

  const listening = new AbortController();
  const { signal } = listening;
  button.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      // A finger that slides off the button still holds it.
      button.setPointerCapture(event.pointerId);
      press();
    },
    { signal },
  );
  for (const type of ["pointerup", "pointercancel", "lostpointercapture", "blur"])
    button.addEventListener(type, release, { signal });
  button.addEventListener(
    "keydown",
    (event) => {
      if (!isHoldKey(event)) return;
      event.preventDefault();
      if (!event.repeat) press();
    },
    { signal },
  );
  button.addEventListener("keyup", (event) => isHoldKey(event) && release(), { signal });
  // A long touch would open a menu.
  button.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  addEventListener("blur", release, { signal });
  document.addEventListener("visibilitychange", () => document.hidden && release(), { signal });
  return () => {
    listening.abort();
    release();
  };
}

function isHoldKey({ key }: KeyboardEvent): boolean {
  return key === " " || key === "Enter";
}

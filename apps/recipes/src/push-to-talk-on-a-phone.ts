// Push-to-talk on a phone: a large button that a thumb can hold, without scrolling, zooming or a menu.
import { attachPushToTalk, type LayercodeClient } from "@layercode/core";

export function holdToTalk(button: HTMLButtonElement, client: LayercodeClient): () => void {
  button.classList.add("hold");
  // A long press opens a menu otherwise.
  const keepMenu = (event: Event) => event.preventDefault();
  button.addEventListener("contextmenu", keepMenu);
  const show = () => {
    const { pushToTalk, status } = client.getSnapshot();
    button.hidden = !pushToTalk.enabled;
    button.disabled = status !== "connected" && status !== "reconnecting";
    button.textContent = pushToTalk.pressed ? "Listening" : "Hold to talk";
    button.setAttribute("aria-pressed", String(pushToTalk.pressed));
  };
  const undo = [attachPushToTalk(button, client), client.subscribe(show)];
  show();
  return () => {
    button.removeEventListener("contextmenu", keepMenu);
    for (const one of undo) one();
  };
}

export const holdStyle = `
  .hold { min-width: 9rem; min-height: 9rem; border-radius: 50%; font: inherit; }
  .hold { touch-action: none; user-select: none; -webkit-user-select: none; -webkit-touch-callout: none; }
  .hold[aria-pressed="true"] { scale: 0.95; }
`;

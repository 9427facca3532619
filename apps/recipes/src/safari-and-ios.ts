// Safari and iOS: sound begins in a tap, and can be held back again later. Test on the phone by https: without it there is
// no microphone.
import type { LayercodeClient } from "@layercode/core";

/** One button that starts, brings back the sound, and ends. */
export function startButton(button: HTMLButtonElement, client: LayercodeClient): () => void {
  const isOver = () => ["disconnected", "error"].includes(client.status);
  button.onclick = () => {
    // All of this happens within the tap: nothing is awaited before it.
    if (isOver())
      client.connect().catch(() => {}); // `onError` says why
    else if (client.getSnapshot().audioBlocked) client.resumeAudio().catch(() => {});
    else void client.disconnect();
  };
  const show = () => {
    const isBlocked = client.getSnapshot().audioBlocked;
    button.textContent = isOver() ? "Talk" : isBlocked ? "Tap for sound" : "End";
  };
  const undo = client.subscribe(show);
  show();
  return () => {
    undo();
    button.onclick = null;
  };
}

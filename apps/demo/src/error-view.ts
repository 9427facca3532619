import type { LayercodeClient, LayercodeError, Undo } from "@layercode/core";
import { element } from "./elements";
import { errorWords } from "./errors";

/** Shows the last error with its remedy, until it is dismissed or the next attempt begins. */
export function showErrors(client: LayercodeClient): Undo {
  const panel = element("error", HTMLDivElement);
  const title = element("error-title", HTMLParagraphElement);
  const remedy = element("error-remedy", HTMLParagraphElement);
  const details = element("error-details", HTMLParagraphElement);
  const continueByText = element("continue-by-text", HTMLButtonElement);
  const dismiss = element("dismiss-error", HTMLButtonElement);
  let shown: LayercodeError | null = null;

  const render = () => {
    panel.hidden = shown === null;
    if (!shown) return;
    const words = errorWords[shown.code];
    title.textContent = words.title;
    remedy.textContent = words.remedy;
    details.textContent = shown.message;
    // While connected, the conversation has gone on by text already.
    continueByText.hidden = !words.goOnWithout || client.status === "connected";
  };
  const show = (error: LayercodeError | null) => {
    shown = error;
    render();
  };
  render();

  const goOn = async () => {
    const without = shown && errorWords[shown.code].goOnWithout;
    void client.setAudioInput(false);
    if (without === "all sound") void client.setAudioOutput(false);
    await client.connect();
    element("text", HTMLInputElement).focus();
  };
  const listening = new AbortController();
  const { signal } = listening;
  continueByText.addEventListener("click", () => void goOn().catch(() => {}), { signal });
  dismiss.addEventListener("click", () => show(null), { signal });

  const undo = [
    client.on("error", show),
    client.on("status", (status) => status === "connecting" && show(null)),
    () => listening.abort(),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}

import type { LayercodeClient, LayercodeError, Undo } from "@layercode/core";
import { continueByText, recordingRefused, wordsOf } from "../shared/errors.js";
import type { RecordingControl } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** Shows the last error with its remedy, until it is dismissed or mended, or the next attempt begins. */
export function showErrors(panel: HTMLElement, client: LayercodeClient, recording: RecordingControl): Undo {
  const box = part(panel, ".error", HTMLDivElement);
  const title = part(panel, ".error-title", HTMLParagraphElement);
  const remedy = part(panel, ".error-remedy", HTMLParagraphElement);
  const details = part(panel, ".error-details", HTMLParagraphElement);
  const goOn = part(panel, ".continue-by-text", HTMLButtonElement);
  const dismiss = part(panel, ".dismiss-error", HTMLButtonElement);
  const text = part(panel, ".composer input", HTMLInputElement);
  let shown: LayercodeError | null = null;
  let refusal: LayercodeError | null = null;

  const show = (error: LayercodeError | null) => {
    rendered("errors");
    shown = error;
    box.hidden = error === null;
    if (!error) return;
    const words = error === refusal ? recordingRefused : wordsOf(error, client.getSnapshot());
    title.textContent = words.title;
    remedy.textContent = words.remedy;
    details.textContent = error.message;
    // While connected, the conversation has gone on by text already.
    goOn.hidden = !words.goOnWithout || client.status === "connected";
  };
  show(null);

  goOn.addEventListener("click", () => {
    if (!shown) return;
    // What fails is told by the next error event.
    continueByText(client, shown).then(
      () => text.focus(),
      () => {},
    );
  });
  dismiss.addEventListener("click", () => show(null));
  const undo = [
    client.on("error", show),
    recording.subscribe(() => {
      const last = refusal;
      refusal = recording.get().refusal;
      // Another error that came since stays when the refusal is over.
      if (refusal || (shown && shown === last)) show(refusal);
    }),
    // Not every error is one of the snapshot's: what was never there is not mended when it is not.
    watch(
      client,
      ({ error }) => [error],
      (error) => {
        if (error === null && shown) show(null);
      },
    ),
    client.on("status", (status) => {
      if (status === "connecting" && shown) show(null);
    }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}

import type { Undo } from "@layercode/core";
import { type RecordingControl, recordLabel } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";

/** The button that records the conversation, and the link to the file. */
export function showRecording(panel: HTMLElement, recording: RecordingControl): Undo {
  const button = part(panel, ".record", HTMLButtonElement);
  const link = part(panel, ".recording", HTMLAnchorElement);
  button.addEventListener("click", recording.toggle);
  const show = () => {
    const { file } = recording.get();
    rendered("recording");
    button.textContent = recordLabel(recording.get());
    link.hidden = file === null;
    if (file) Object.assign(link, { href: file.href, download: file.name });
  };
  show();
  return recording.subscribe(show);
}

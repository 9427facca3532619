import type { LayercodeClient, Undo } from "@layercode/core";
import { createRecordingControl, recordLabel } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";

/** The button that records the conversation, and the link to the file. */
export function showRecording(panel: HTMLElement, client: LayercodeClient): Undo {
  const button = part(panel, ".record", HTMLButtonElement);
  const link = part(panel, ".recording", HTMLAnchorElement);
  const control = createRecordingControl(client);
  button.addEventListener("click", control.toggle);
  const show = () => {
    const { file } = control.get();
    rendered("recording");
    button.textContent = recordLabel(control.get());
    link.hidden = file === null;
    if (file) Object.assign(link, { href: file.href, download: file.name });
  };
  show();
  return control.subscribe(show);
}

// Captions, in step with the voice. Screen readers get whole turns.
import { attachCaptions, type LayercodeClient } from "@layercode/core";

export function showCaptions(place: HTMLElement, client: LayercodeClient): () => void {
  place.classList.add("captions");
  return attachCaptions(place, client);
}

/** What was heard is opaque, what is still ahead is not. */
export const captionStyle = `
  .captions { min-height: 3em; font: 1.25rem/1.5 system-ui; text-wrap: balance; }
  .captions [data-ahead] { opacity: 0.55; }
`;

import type { LayercodeClient, Undo } from "@layercode/core";
import { diagnosing, diagnosisText } from "../shared/diagnosis.js";
import { part } from "./part.js";

/** Shows what a conversation needs and lacks, at the press of a button. */
export function showDiagnosis(panel: HTMLElement, client: LayercodeClient): Undo {
  const button = part(panel, ".diagnosis button", HTMLButtonElement);
  const shown = part(panel, ".diagnosis pre", HTMLPreElement);
  const over = new AbortController();
  const { signal } = over;
  const look = async () => {
    button.disabled = true;
    shown.hidden = false;
    shown.textContent = diagnosing;
    shown.textContent = await diagnosisText(() => client.diagnose({ signal }));
    button.disabled = false;
  };
  button.addEventListener("click", look, { signal });
  return () => over.abort();
}

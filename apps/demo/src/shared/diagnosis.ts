import { type Diagnosis, formatDiagnosis } from "@layercode/core";

/** What stands there while a diagnosis is made. */
export const diagnosing = "Looking at everything that a conversation needs…";

/** What a diagnosis found, as text; or why none could be made. */
export async function diagnosisText(diagnose: () => Promise<Diagnosis>): Promise<string> {
  try {
    return formatDiagnosis(await diagnose());
  } catch (error) {
    return String(error);
  }
}

import { useLayercode } from "@layercode/react";
import { useState } from "react";
import { diagnosing, diagnosisText } from "../shared/diagnosis.js";

/** What a conversation needs and lacks, at the press of a button. */
export function DiagnosisPanel() {
  const { diagnose } = useLayercode();
  const [text, setText] = useState<string | null>(null);

  const look = async () => {
    setText(diagnosing);
    setText(await diagnosisText(diagnose));
  };
  return (
    <section className="diagnosis" aria-label="Diagnosis" aria-live="polite">
      <button type="button" className="quiet" disabled={text === diagnosing} onClick={() => void look()}>
        Diagnose
      </button>
      {text !== null && <pre>{text}</pre>}
    </section>
  );
}

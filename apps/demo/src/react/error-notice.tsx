import { type LayercodeError, useLayercode } from "@layercode/react";
import { useState, useSyncExternalStore } from "react";
import { continueByText, recordingRefused, wordsOf } from "../shared/errors.js";
import type { RecordingControl } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";

interface ErrorNoticeProps {
  recording: RecordingControl;
  onContinuedByText: () => void;
}

/** The last error with its remedy, until it is dismissed or the next attempt begins. */
export function ErrorNotice({ recording, onContinuedByText }: ErrorNoticeProps) {
  const { client, error: agentError, status, endReason } = useLayercode();
  const [dismissed, setDismissed] = useState<LayercodeError | null>(null);
  const refusal = useSyncExternalStore(recording.subscribe, () => recording.get().refusal);
  const error = refusal ?? agentError;

  rendered("errors");
  if (!error || error === dismissed) return <div role="alert" />;
  const { title, remedy, goOnWithout } = refusal ? recordingRefused : wordsOf(error, { status, endReason });
  const dismiss = () => (refusal ? recording.dismiss() : setDismissed(error));
  return (
    <div role="alert">
      <div className="error">
        <p className="error-title">{title}</p>
        <p className="error-remedy">{remedy}</p>
        <details>
          <summary>Details</summary>
          <p className="error-details">{error.message}</p>
        </details>
        <p className="error-actions">
          {/* While connected, the conversation has gone on by text already. What fails is the next error to show. */}
          {goOnWithout && status !== "connected" && (
            <button
              type="button"
              className="continue-by-text primary"
              onClick={() => continueByText(client, error).then(onContinuedByText, () => {})}
            >
              Continue by text
            </button>
          )}
          <button type="button" className="dismiss-error" onClick={dismiss}>
            Dismiss
          </button>
        </p>
      </div>
    </div>
  );
}

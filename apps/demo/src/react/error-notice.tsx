import { type LayercodeError, useLayercode } from "@layercode/react";
import { useState } from "react";
import { continueByText, wordsOf } from "../shared/errors.js";
import { rendered } from "../shared/render-count.js";

/** The last error with its remedy, until it is dismissed or the next attempt begins. */
export function ErrorNotice({ onContinuedByText }: { onContinuedByText: () => void }) {
  const { client, error, status, endReason } = useLayercode();
  const [dismissed, setDismissed] = useState<LayercodeError | null>(null);

  rendered("errors");
  if (!error || error === dismissed) return <div role="alert" />;
  const { title, remedy, goOnWithout } = wordsOf(error, { status, endReason });
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
          <button type="button" className="dismiss-error" onClick={() => setDismissed(error)}>
            Dismiss
          </button>
        </p>
      </div>
    </div>
  );
}

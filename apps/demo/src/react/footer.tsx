import { useLayercode } from "@layercode/react";
import { useEffect, useRef } from "react";
import { showLatency } from "../shared/latency.js";
import type { RecordingControl } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";
import { DiagnosisPanel } from "./diagnosis-panel.js";
import { RecordingButton } from "./recording-button.js";

interface FooterProps {
  recording: RecordingControl;
  startAnew: () => void;
  log: readonly string[];
  onLogToggle: (isOpen: boolean) => void;
}

/** The id by which the conversation can be resumed, the way to another, and the messages that come while it is open. */
export function Footer({ recording, startAnew, log, onLogToggle }: FooterProps) {
  const { conversationId } = useLayercode();

  rendered("footer");
  return (
    <footer className="foot">
      <p className="conversation-id">
        Conversation <code>{conversationId ?? "none yet"}</code>
      </p>
      <Latency />
      <div className="foot-actions">
        <button type="button" className="new-conversation quiet" disabled={conversationId === null} onClick={startAnew}>
          New conversation
        </button>
        <RecordingButton recording={recording} />
        <details className="message-log" onToggle={({ currentTarget }) => onLogToggle(currentTarget.open)}>
          <summary>Message log</summary>
          <MessageLog log={log} />
        </details>
      </div>
      <DiagnosisPanel />
    </footer>
  );
}

/** How long the last turn took. */
function Latency() {
  const { client } = useLayercode();
  const shown = useRef<HTMLParagraphElement>(null);
  useEffect(() => (shown.current ? showLatency(shown.current, client) : undefined), [client]);
  return <p className="latency" ref={shown} />;
}

function MessageLog({ log }: { log: readonly string[] }) {
  rendered("message-log");
  return (
    <ol aria-label="Message log">
      {log.map((type, i) => (
        <li key={i}>{type}</li>
      ))}
    </ol>
  );
}

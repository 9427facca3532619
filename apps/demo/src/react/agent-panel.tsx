import { useState } from "react";
import type { Panel } from "../shared/panel.js";
import { Conversation } from "./conversation.js";

/** One agent's panel, which can be closed and opened again. */
export function AgentPanel({ panel }: { panel: Panel }) {
  const [start, setStart] = useState(panel.start);
  return (
    <section className="panel" aria-label={panel.agentId}>
      <header className="panel-head">
        <h2>{panel.agentId}</h2>
        <button type="button" className="toggle quiet" onClick={() => setStart(start ? panel.close() : panel.reopen())}>
          {start ? "Close" : "Open"}
        </button>
      </header>
      {start && (
        <Conversation key={start.key} panel={panel} start={start} startAnew={() => setStart(panel.startAnew())} />
      )}
    </section>
  );
}

import { LayercodeProvider, useLayercodeAgent, useTool } from "@layercode/react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { accentTool } from "../shared/accent-tool.js";
import { logged } from "../shared/message-log.js";
import type { Panel } from "../shared/panel.js";
import { createRecordingControl } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";
import type { Start } from "../shared/start.js";
import { Composer } from "./composer.js";
import { Controls } from "./controls.js";
import { Footer } from "./footer.js";
import { Levels } from "./levels.js";
import { Status } from "./status.js";
import { Transcript } from "./transcript.js";

/** Makes an agent and gives it to its parts. With this component it disconnects. */
export function Conversation({ panel, start, startAnew }: { panel: Panel; start: Start; startAnew: () => void }) {
  const [log, setLog] = useState<readonly string[]>([]);
  const [isLogOpen, setLogOpen] = useState(false);
  const text = useRef<HTMLInputElement>(null);

  const options = useSyncExternalStore(start.subscribe, start.getOptions);
  // It reads no field of the agent, and renders for none.
  const agent = useLayercodeAgent({
    agentId: panel.agentId,
    authorizeSessionEndpoint: "/api/authorize",
    ...options,
    // The log listens while it is open: another callback counts from now on and never reconnects.
    ...(isLogOpen && { onMessage: (message) => setLog((log) => logged(log, message)) }),
  });
  const { client } = agent;
  const [recording] = useState(() => createRecordingControl(client));
  useTool("setAccent", accentTool, { agent });
  useEffect(() => panel.adopt(client), [panel, client]);

  rendered("conversation");
  return (
    <LayercodeProvider agent={agent}>
      <div className="conversation">
        <Status />
        <Levels />
        <Transcript />
        <Composer input={text} />
        <Controls panel={panel} recording={recording} onContinuedByText={() => text.current?.focus()} />
        <Footer recording={recording} startAnew={startAnew} log={log} onLogToggle={setLogOpen} />
      </div>
    </LayercodeProvider>
  );
}

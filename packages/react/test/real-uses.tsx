// How apps use @layercode/react-sdk beyond what its reference shows (react-sdk-migration.tsx): with types of their own,
// which the compiler must take from both packages (real-uses.test.tsx).
import type { AgentConfig, LayercodeAudioInputDevice } from "@layercode/js-sdk";
import { type UseLayercodeAgentOptions, useLayercodeAgent } from "@layercode/react-sdk";
import { useCallback, useEffect, useRef, useState } from "react";

interface AgentEvent {
  type?: string;
  turn_id?: string | number;
  delta_counter?: number | string;
  content?: string;
}

interface Shopper {
  userId: string;
}

/** An app with handlers, statuses and data of its own. */
export function Shop({ shopper, more }: { shopper: Shopper; more: Partial<UseLayercodeAgentOptions> }) {
  const [lines, setLines] = useState<string[]>([]);
  const [devices, setDevices] = useState<{ deviceId: string; label: string; default: boolean }[]>([]);
  const [connection, setConnection] = useState("initializing");
  const [trigger, setTrigger] = useState<string>("");
  const conversation = useRef<string | null>(null);
  const add = useCallback((line: string) => setLines((before) => [...before, line]), []);

  const handleMessage = useCallback(
    (event: AgentEvent) => {
      if (event.type?.startsWith("response.text")) add(`agent: ${event.content ?? ""}`);
      if (event.turn_id != null && event.type === "turn.end") add(`end of ${String(event.turn_id)}`);
    },
    [add],
  );
  const handleConnect = ({ config }: { conversationId: string | null; config?: AgentConfig }) =>
    setTrigger(config?.transcription.trigger === "push_to_talk" ? "button" : "speech");

  const agent = useLayercodeAgent({
    agentId: "ag-123456",
    authorizeSessionEndpoint: "/api/authorize",
    // A word that no version has ever known.
    authorizeSessionRequestBody: { npc_id: "elder" },
    sessionContext: { sessionId: "1" },
    vadResumeDelay: 250,
    enableVAD: false,
    metadata: shopper,
    onConnect: handleConnect,
    onMessage: handleMessage,
    onDataMessage: (message: { content: { isThinking: boolean } }) => add(`thinking: ${message.content.isThinking}`),
    onError: (error) => {
      const text = error instanceof Error ? error.message : String(error);
      add(text.includes("insufficient_balance") || text.includes("402") ? "no funds" : text);
    },
    ...more,
  });

  useEffect(() => setConnection(agent.status), [agent.status]);
  useEffect(() => setDevices(agent.availableInputDevices), [agent.availableInputDevices]);
  useEffect(() => {
    conversation.current = agent.conversationId ?? null;
  }, [agent.conversationId]);

  return (
    <main>
      <p id="state">{`${connection} ${trigger} ${devices.map(({ label }) => label).join()}`}</p>
      {agent.status === "idle" || agent.status === "initializing" ? <p>Press connect</p> : null}
      <button type="button" id="connect" onClick={agent.connect}>
        Connect
      </button>
      <button type="button" id="data" onClick={() => agent.sendClientResponseData("just text")}>
        Send
      </button>
      <Footer agent={agent} />
      <pre>{lines.join("\n")}</pre>
    </main>
  );
}

/** Handlers of messages as apps have them: without types, and with types that only some messages fit. */
export const handlers: ((more: UseLayercodeAgentOptions) => UseLayercodeAgentOptions)[] = [
  (more) => ({ ...more, onMessage: (data) => data.content.trim(), onDataMessage: (data) => data.content.anything }),
  (more) => ({ ...more, onMessage: (data: { type: "response.text"; content: string }) => data.content.trim() }),
  (more) => ({ ...more, onDataMessage: (data: { type: string; text?: string; timestamp?: number }) => data.text }),
  (more) => ({
    ...more,
    onMessage: (data) => {
      if (data.type === "turn.start" && data.role === "assistant") return;
      if (data.type === "vad_events") return data.event === "vad_start";
    },
  }),
];

/** What an app hands to a function of its own. */
function namesOf(devices: LayercodeAudioInputDevice[]): string[] {
  return devices.map(({ label, deviceId, default: isDefault }) => `${label} ${deviceId} ${isDefault}`);
}

/** In a component of its own, so that it reads nothing of the others' fields. */
function Footer({ agent }: { agent: ReturnType<typeof useLayercodeAgent> }) {
  return <p>{`${namesOf(agent.availableInputDevices).length} ${agent.enableVAD ? "on" : "off"}`}</p>;
}

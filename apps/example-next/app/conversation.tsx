"use client";

import { useLayercodeAgent } from "@layercode/react";

interface ConversationProps {
  agentId: string;
  /** Only for a mock server or a proxy. */
  url: string | undefined;
}

export function Conversation({ agentId, url }: ConversationProps) {
  const { status, messages, error, connect, disconnect, sendClientResponseText } = useLayercodeAgent({
    agentId,
    url,
    authorizeSessionEndpoint: "/api/authorize",
  });
  // A connection that was lost is being mended: what is written meanwhile waits for it.
  const canWrite = status === "connected" || status === "reconnecting";
  const isOpen = canWrite || status === "connecting";

  return (
    <main>
      <h1>Talk with the agent</h1>
      <button type="button" onClick={() => (isOpen ? disconnect() : connect())}>
        {isOpen ? "End" : "Start"}
      </button>
      <p role="status">{status}</p>
      {error && <p role="alert">{error.message}</p>}
      <ol aria-label="Transcript">
        {messages.map((message) => (
          <li key={message.id}>
            <b>{message.role === "user" ? "You" : "Agent"}</b> <span dir="auto">{message.text}</span>{" "}
            {message.delivery && <i>({message.delivery})</i>}
          </li>
        ))}
      </ol>
      <form action={(form) => void sendClientResponseText(String(form.get("text")))}>
        <input name="text" aria-label="Message" autoComplete="off" disabled={!canWrite} />
        <button type="submit" disabled={!canWrite}>
          Send
        </button>
      </form>
    </main>
  );
}

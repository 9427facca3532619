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
  const isOpen = status === "connecting" || status === "connected";

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
            <b>{message.role === "user" ? "You" : "Agent"}</b> {message.text}
          </li>
        ))}
      </ol>
      <form action={(form) => void sendClientResponseText(String(form.get("text")))}>
        <input name="text" aria-label="Message" autoComplete="off" disabled={status !== "connected"} />
        <button type="submit" disabled={status !== "connected"}>
          Send
        </button>
      </form>
    </main>
  );
}

// The page of js-sdk.spec.ts: Layercode's own client, as its documentation says to use it.
import LayercodeClient from "@layercode/js-sdk";

const log = document.querySelector("ol");

const client = new LayercodeClient({
  agentId: "ag-brief",
  authorizeSessionEndpoint: "/api/authorize",
  onMessage: ({ type, content }: { type: string; content?: unknown }) => {
    if (!log || !type.startsWith("response.text")) return;
    log.append(Object.assign(document.createElement("li"), { textContent: String(content) }));
  },
  onStatusChange: (status) => {
    document.title = status;
  },
});
client._websocketUrl = `ws://${location.host}/v1/agents/web/websocket`;

document.querySelector("button")?.addEventListener("click", () => void client.connect());
document.querySelector("form")?.addEventListener("submit", (event) => {
  event.preventDefault();
  void client.sendClientResponseText(document.querySelector("input")?.value ?? "");
});

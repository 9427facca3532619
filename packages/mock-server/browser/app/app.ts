// An app as its users have it: nothing in it knows of a test.
import { LayercodeClient } from "@layercode/core";

const element = (id: string) => document.getElementById(id) as HTMLElement;

// That of the quick starts is a path of the page's own origin; without one it is Layercode's.
const { url } = document.documentElement.dataset;

const client = new LayercodeClient({
  agentId: "ag-123456",
  authorizeSessionEndpoint: "/api/authorize",
  ...(url !== undefined && { url }),
});
client.on("transcript", (messages) => {
  element("transcript").textContent = messages.map(({ role, text }) => `${role}: ${text}`).join("\n");
});
element("talk").addEventListener("click", () => {
  client.connect().catch((error: { code: string }) => {
    element("error").textContent = error.code;
  });
});

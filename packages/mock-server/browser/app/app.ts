// An app as its users have it: nothing in it knows of a test.
import { LayercodeClient } from "@layercode/core";

const element = (id: string) => document.getElementById(id) as HTMLElement;

const client = new LayercodeClient({ agentId: "ag-123456", authorizeSessionEndpoint: "/api/authorize" });
client.on("transcript", (messages) => {
  element("transcript").textContent = messages.map(({ role, text }) => `${role}: ${text}`).join("\n");
});
element("talk").addEventListener("click", () => {
  client.connect().catch((error: { code: string }) => {
    element("error").textContent = error.code;
  });
});

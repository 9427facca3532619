import type { Instruments } from "@layercode/browser-testing";

/** What both clients have in common. */
interface Client {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

const parameters = new URLSearchParams(location.search);

/** What the benchmark tells a page in its address. */
export const settings = {
  agentId: parameters.get("agent") ?? "ag-1",
  audioInput: parameters.get("microphone") !== "off",
  websocketUrl: parameters.get("websocket") ?? "",
  playout: parameters.get("playout") === "plain" ? "plain" : "adaptive",
  detects: parameters.get("detection") === "on",
} as const;

/** How loud both are, as an app would keep it. Drawing it would measure the drawing. */
export const levels = { user: 0, agent: 0 };

let announce: (at: number) => void;
const connected = new Promise<number>((resolve) => {
  announce = resolve;
});

/** Tell of every status. */
export function onStatus(status: string): void {
  if (status === "connected") announce(performance.now());
}

/** Gives the benchmark a hold on the client: the same for ours and for the peer. */
export function drive(client: Client): void {
  const { probes } = globalThis.__instruments as Instruments;
  probes["client.connect"] = async () => {
    const startedAt = performance.now();
    await client.connect();
    return { startedAt, connectedAt: await connected };
  };
  probes["client.disconnect"] = () => client.disconnect();
}

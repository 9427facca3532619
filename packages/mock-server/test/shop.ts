// The app that the README tests: what the agent puts into the cart, it tells back.
import { LayercodeClient } from "@layercode/core";

export interface Shop {
  readonly cart: readonly string[];
  close(): Promise<void>;
}

export function openShop(options: { authorizeSessionEndpoint: string; url: string }): Shop {
  const cart: string[] = [];
  const client = new LayercodeClient({
    ...options,
    agentId: "ag-shop",
    audioInput: false,
    audioOutput: false,
    onDataMessage({ content }) {
      const { add } = content as { add?: string };
      if (add === undefined) return;
      cart.push(add);
      void client.sendClientResponseData({ cart });
    },
  });
  void client.connect();
  return { cart, close: async () => client.disconnect() };
}

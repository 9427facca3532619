// Tools: what the page can do when the agent asks for it. The backend's half is in the README of @layercode/core.
import { LayercodeClient, type LayercodeClientOptions, type ToolContext } from "@layercode/core";
import { z } from "zod";

export const tools = {
  goTo: {
    description: "Shows a page of the shop.",
    input: z.object({ page: z.enum(["cart", "orders"]) }),
    run({ page }: { page: "cart" | "orders" }, { signal }: ToolContext) {
      // An interruption may have come first.
      signal.throwIfAborted();
      history.pushState(null, "", `/${page}`);
      return { shown: page };
    },
  },
};

export const openShop = (options: LayercodeClientOptions) => new LayercodeClient({ ...options, tools });

// Data both ways: the agent's backend sends the cart, the page sends what was added. Both are typed and checked.
import { LayercodeClient, type LayercodeClientOptions } from "@layercode/core";
import { z } from "zod";

const cart = z.object({ items: z.array(z.string()), total: z.number() });
const added = z.object({ add: z.string() });

export type Cart = z.infer<typeof cart>;

export function openCart(options: LayercodeClientOptions, show: (cart: Cart) => void) {
  const client = new LayercodeClient({
    ...options,
    data: cart,
    clientData: added,
    onDataMessage({ content, issues }) {
      // What does not fit has `issues`, and is in `onError` too.
      if (!issues) show(content);
    },
  });
  return { client, add: (item: string) => client.sendClientResponseData({ add: item }) };
}

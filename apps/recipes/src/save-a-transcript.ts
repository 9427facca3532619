// Save a transcript, and go on from it at the next visit.
import { LayercodeClient, type LayercodeClientOptions, type Message } from "@layercode/core";

export interface Conversation {
  conversationId: string;
  messages: readonly Message[];
}

/** Where conversations are kept. */
export interface Store {
  load(): Promise<Conversation | null>;
  save(conversation: Conversation): Promise<void>;
}

/** A client that goes on from what is saved, and saves when a session is over. */
export async function resumeSaved(options: LayercodeClientOptions, store: Store): Promise<LayercodeClient> {
  const saved = await store.load();
  const client = new LayercodeClient({
    ...options,
    conversationId: saved?.conversationId ?? null,
    initialMessages: saved?.messages ?? [],
  });
  const save = () => {
    const { conversationId, messages } = client.getSnapshot();
    if (conversationId !== null) store.save({ conversationId, messages }).catch(() => {});
  };
  client.on("disconnect", save);
  // A page that is closed reports this last, on phones too.
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  return client;
}

/** Your backend as the store: `GET` and `PUT` of one URL. */
export function createBackendStore(url: string): Store {
  return {
    async load() {
      const response = await fetch(url);
      return response.ok ? response.json() : null;
    },
    async save(conversation) {
      const body = JSON.stringify(conversation);
      // Browsers let a request of up to 64 kB outlive its page.
      const keepalive = body.length < 60_000;
      await fetch(url, { method: "PUT", headers: { "content-type": "application/json" }, body, keepalive });
    },
  };
}

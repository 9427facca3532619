// Custom metadata and who the user is: the page says where it is, the backend says who is signed in.
import type { LayercodeClientOptions } from "@layercode/core";
import { type AuthorizeHandlerOptions, createAuthorizeHandler } from "@layercode/core/server";

/** In the page: a function, because it is asked again with every authorization. Anybody can forge what a page sends. */
export const metadata: LayercodeClientOptions["metadata"] = () => ({ language: navigator.language });

export interface Users {
  /** The user of a session cookie. */
  find(cookie: string | null): Promise<{ id: string; plan: string } | null>;
  owns(userId: string, conversationId: string): Promise<boolean>;
  addConversation(userId: string, conversationId: string): Promise<void>;
}

/** In the backend: `export const POST = createEndpoint(users, { apiKey, agentId })`. */
export function createEndpoint(users: Users, options: AuthorizeHandlerOptions) {
  return createAuthorizeHandler({
    ...options,
    async authorize({ request, body }) {
      const user = await users.find(request.headers.get("cookie"));
      if (!user) return { error: "Sign in first.", status: 401 };
      const { conversation_id: id } = body;
      if (id !== undefined && !(await users.owns(user.id, id))) return { error: "This is not yours.", status: 403 };
      // Laid over what the page sent: your agent's webhook gets both, and can trust these.
      return { metadata: { user_id: user.id, plan: user.plan } };
    },
    async onAuthorized({ authorized, conversationId }) {
      await users.addConversation(String(authorized.metadata.user_id), conversationId);
    },
  });
}

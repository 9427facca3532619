import { expectTypeOf, test } from "vitest";
import type { AuthorizeSessionRequest } from "./schema.js";

test("AuthorizeSessionRequest is the function that Layercode's users have written already", () => {
  interface KnownBody {
    agent_id: string;
    // biome-ignore lint/suspicious/noExplicitAny: Theirs says so.
    metadata: Record<string, any>;
    sdk_version: string;
    conversation_id?: string | null;
  }
  expectTypeOf<AuthorizeSessionRequest>().parameters.toEqualTypeOf<[{ url: string; body: KnownBody }]>();
  expectTypeOf<AuthorizeSessionRequest>().returns.toEqualTypeOf<Promise<Response>>();
  type Known = (of: { url: string; body: KnownBody }) => Promise<Response>;
  expectTypeOf<Known>().toExtend<AuthorizeSessionRequest>();
  expectTypeOf<AuthorizeSessionRequest>().toExtend<Known>();
  const request: AuthorizeSessionRequest = async ({ url, body }) =>
    fetch(url, { method: "POST", body: JSON.stringify(body), headers: { authorization: "Bearer of the app" } });
  expectTypeOf(request).toBeFunction();
});

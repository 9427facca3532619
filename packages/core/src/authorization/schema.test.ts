import { expectTypeOf, test } from "vitest";
import type { AuthorizeSessionRequest } from "./schema.js";

test("AuthorizeSessionRequest is the function that Layercode's users have written already", () => {
  interface KnownBody {
    agent_id: string;
    metadata: Record<string, unknown>;
    sdk_version: string;
    conversation_id?: string | null;
  }
  expectTypeOf<AuthorizeSessionRequest>().parameters.toEqualTypeOf<[{ url: string; body: KnownBody }]>();
  expectTypeOf<AuthorizeSessionRequest>().returns.toEqualTypeOf<Promise<Response>>();
  // Theirs says `any` for metadata's values: it must fit as it is.
  // biome-ignore lint/suspicious/noExplicitAny: that is what is tested.
  type Known = (of: { url: string; body: KnownBody & { metadata: Record<string, any> } }) => Promise<Response>;
  expectTypeOf<Known>().toExtend<AuthorizeSessionRequest>();
  expectTypeOf<AuthorizeSessionRequest>().toExtend<Known>();
  const request: AuthorizeSessionRequest = async ({ url, body }) =>
    fetch(url, { method: "POST", body: JSON.stringify(body), headers: { authorization: "Bearer of the app" } });
  expectTypeOf(request).toBeFunction();
});

import { serverMessageSchemas as schemas } from "@layercode/core/protocol";
import * as z from "zod/mini";

const message = z.discriminatedUnion("type", [
  schemas["turn.start"],
  schemas["turn.end"],
  schemas["response.audio"],
  schemas["response.text"],
  schemas["response.text.delta"],
  schemas["response.data"],
  schemas["response.end"],
  schemas["user.transcript.interim_delta"],
  schemas["user.transcript.delta"],
  schemas["user.transcript"],
]);

export function read(text: string) {
  const { success, data } = message.safeParse(JSON.parse(text));
  return { ok: success, message: data };
}

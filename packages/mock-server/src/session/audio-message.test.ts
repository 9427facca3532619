import { parseClientMessage } from "@layercode/core/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { audioContent } from "./audio-message.js";

const base64 = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const text = fc.oneof(
  base64,
  fc.string(),
  fc.constantFrom('"', '"}', "\\", '","content":"', '","event_id":"1', "====", "AA=A", "AAA"),
);

test("what is read without a parser is what the parser reads", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (pieces) => {
      const frame = `{"type":"client.audio","content":"${pieces.join("")}"}`;
      const content = audioContent(frame);
      if (content === null) return;
      expect(parseClientMessage(frame)).toEqual({ ok: true, message: { type: "client.audio", content } });
    }),
    { numRuns: 2000 },
  );
});

test("reads what clients write, and leaves every other frame to the parser", () => {
  fc.assert(
    fc.property(base64, (content) => {
      expect(audioContent(JSON.stringify({ type: "client.audio", content }))).toBe(content);
      expect(audioContent(JSON.stringify({ type: "client.audio", content, event_id: "1" }))).toBeNull();
      expect(audioContent(JSON.stringify({ content, type: "client.audio" }))).toBeNull();
      expect(audioContent(JSON.stringify({ type: "client.response.text", content }))).toBeNull();
    }),
  );
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connected } from "../../test/conversation.js";
import { turnAnnounced } from "./announced.js";
import { emptyTranscript, type Message, type Transcript } from "./messages.js";
import { assistantText, userFinal, userSpan, userTyped } from "./transcript.js";

const textsOf = ({ messages }: Transcript) => messages.map(({ text }) => text);

describe("a message stands where its turn was announced:", () => {
  test("the user's, whose final text comes after the answer began", async () => {
    const { client, socket } = await connected();
    socket.says({ type: "turn.start", role: "user", turn_id: "user-1" });
    socket.says({ type: "turn.end", role: "user", turn_id: "user-1" });
    socket.says({ type: "turn.start", role: "assistant", turn_id: "assistant-2" });
    socket.says({ type: "response.text", turn_id: "assistant-2", content: "Sunny." });
    socket.says({ type: "user.transcript", turn_id: "user-1", content: "How is the weather?" });
    const { messages } = client.getSnapshot();
    expect(messages).toMatchObject([
      { role: "user", text: "How is the weather?", status: "final" },
      { role: "assistant", text: "Sunny." },
    ]);
    expect(messages[0]!.createdAt).toBeLessThanOrEqual(messages[1]!.createdAt);
  });

  test("also where the server announced it without its id, once", () => {
    let transcript = turnAnnounced(emptyTranscript, "user", null, 1);
    transcript = assistantText(transcript, { turnId: "a", content: "Sunny.", time: 2 }, false);
    transcript = userSpan(transcript, { turnId: "u", content: "How is", time: 3 }, 0, false);
    expect(textsOf(transcript)).toEqual(["How is", "Sunny."]);
    expect(transcript.messages[0]).toMatchObject({ createdAt: 1 });
    transcript = userFinal(transcript, { turnId: "other", content: "And then?", time: 4 });
    expect(textsOf(transcript)).toEqual(["How is", "Sunny.", "And then?"]);
  });

  test("a typed message where it was written; the turn that the server made of it is nobody else's", () => {
    let transcript = userTyped(emptyTranscript, "typed:1", "Hello.", 1);
    transcript = turnAnnounced(transcript, "user", null, 2);
    transcript = userFinal(transcript, { turnId: "u1", content: "Hello.", time: 3 });
    transcript = assistantText(transcript, { turnId: "a1", content: "Hi.", time: 4 }, false);
    transcript = userFinal(transcript, { turnId: "u2", content: "Spoken.", time: 5 });
    expect(textsOf(transcript)).toEqual(["Hello.", "Hi.", "Spoken."]);
  });

  test("of a turn that was not announced at the end", () => {
    let transcript = assistantText(emptyTranscript, { turnId: "a", content: "Sunny.", time: 1 }, false);
    transcript = userFinal(transcript, { turnId: "u", content: "How is it?", time: 2 });
    expect(textsOf(transcript)).toEqual(["Sunny.", "How is it?"]);
  });

  test("at the beginning, where all that stood before it has left the transcript", () => {
    let transcript = userTyped(emptyTranscript, "typed:1", "Gone.", 1);
    transcript = turnAnnounced(transcript, "user", "u", 2);
    transcript = assistantText({ ...transcript, messages: [] }, { turnId: "a", content: "Kept.", time: 3 }, false);
    transcript = userFinal(transcript, { turnId: "u", content: "Late.", time: 4 });
    expect(textsOf(transcript)).toEqual(["Late.", "Kept."]);
  });

  test("in whichever order the texts of announced turns come, ids with and without a prefix", () => {
    const turns = fc.uniqueArray(fc.nat(99), { minLength: 1, maxLength: 12 });
    const roles = fc.infiniteStream(fc.constantFrom<Message["role"]>("user", "assistant"));
    const delays = fc.infiniteStream(fc.nat(6));
    fc.assert(
      fc.property(turns, roles, delays, fc.infiniteStream(fc.boolean()), (ids, role, delay, isPrefixed) => {
        const announced = ids.map((id) => ({ id: String(id), role: role.next().value as Message["role"] }));
        // Each text comes some announcements after its own.
        const arrivals = announced
          .map((turn, at) => ({ turn, due: at + (delay.next().value ?? 0) }))
          .sort((a, b) => a.due - b.due);
        let transcript = emptyTranscript;
        const named = (turn: { id: string; role: string }) =>
          isPrefixed.next().value ? `${turn.role}-${turn.id}` : turn.id;
        const say = (turn: (typeof announced)[number], now: number) => {
          const piece = { turnId: named(turn), content: turn.id, time: now };
          transcript = turn.role === "user" ? userFinal(transcript, piece) : assistantText(transcript, piece, false);
        };
        for (const [at, turn] of announced.entries()) {
          transcript = turnAnnounced(transcript, turn.role, named(turn), at);
          // A server may repeat it.
          transcript = turnAnnounced(transcript, turn.role, named(turn), at);
          for (const one of arrivals) if (one.due === at) say(one.turn, at);
        }
        for (const one of arrivals) if (one.due >= announced.length) say(one.turn, announced.length);
        expect(textsOf(transcript)).toEqual(announced.map(({ id }) => id));
      }),
    );
  });

  test("remembers the newest announcements, however many there are", () => {
    let transcript = emptyTranscript;
    for (let turn = 0; turn < 1000; turn++) transcript = turnAnnounced(transcript, "user", String(turn), turn);
    expect(transcript.announced).toHaveLength(16);
  });
});

import { describe, expect, test } from "vitest";
import { delivered } from "./delivery.js";
import { emptyTranscript, type Message, type Transcript } from "./messages.js";
import { userFinal, userSpan, userTyped } from "./transcript.js";

const typed = (delivery: Message["delivery"], before = emptyTranscript, id = "typed:1"): Transcript =>
  delivered(userTyped(before, id, "yes", 1), [id], delivery);
const shown = ({ messages }: Transcript) => messages.map(({ id, turnId, delivery }) => ({ id, turnId, delivery }));

describe("how far a typed message came", () => {
  test.each(["queued", "unknown", "failed"] as const)("%s is shown, until nothing is amiss", (delivery) => {
    const transcript = typed(delivery);
    expect(transcript.messages).toMatchObject([{ id: "typed:1", text: "yes", status: "final", delivery }]);
    expect(delivered(transcript, ["typed:1"], undefined).messages[0]).not.toHaveProperty("delivery");
  });

  test("is marked on the messages that are named, and on no other", () => {
    const two = typed(undefined, typed(undefined), "typed:2");
    expect(shown(delivered(two, ["typed:2"], "queued"))).toEqual([
      { id: "typed:1", turnId: null, delivery: undefined },
      { id: "typed:2", turnId: null, delivery: "queued" },
    ]);
  });

  test("is beyond doubt once the server has named the message", () => {
    const echoed = userFinal(typed(undefined), { turnId: "u", content: "yes", time: 2 });
    expect(delivered(echoed, ["typed:1"], "unknown")).toBe(echoed);
  });

  test.each<[string, readonly string[], Message["delivery"]]>([
    ["nobody", [], "failed"],
    ["a message that is not there", ["other"], "failed"],
    ["what is shown already", ["typed:1"], "queued"],
  ])("of %s changes nothing", (_, ids, delivery) => {
    const transcript = typed("queued");
    expect(delivered(transcript, ids, delivery)).toBe(transcript);
  });
});

describe("the transcript of a user's turn is the echo of a typed message with the same text", () => {
  const final = (transcript: Transcript) => userFinal(transcript, { turnId: "u", content: "yes", time: 3 });

  test.each([undefined, "unknown"] as const)("that was written, delivery %s: it has arrived", (delivery) => {
    expect(shown(final(typed(delivery)))).toEqual([{ id: "typed:1", turnId: "u", delivery: undefined }]);
  });

  test.each(["failed", "queued"] as const)("but not of one that never was: it stays %s", (delivery) => {
    const spoken = userSpan(typed(delivery), { turnId: "u", content: "ye", time: 2 }, 0, false);
    expect(shown(final(spoken))).toEqual([
      { id: "typed:1", turnId: null, delivery },
      { id: "user:u", turnId: "u", delivery: undefined },
    ]);
    const again = typed(undefined, typed(delivery), "typed:2");
    expect(shown(final(again))).toEqual([
      { id: "typed:1", turnId: null, delivery },
      { id: "typed:2", turnId: "u", delivery: undefined },
    ]);
  });
});

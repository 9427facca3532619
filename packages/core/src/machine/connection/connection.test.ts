import { expect, test } from "vitest";
import type { AgentConfig } from "../../authorization/schema.js";
import { canInterrupt, idle, initialConnection, isPushToTalk } from "./connection.js";

test("begins idle, with the page seen and online, and the conversation that the app has", () => {
  expect(initialConnection("conv")).toStrictEqual({
    phase: idle(false),
    attempt: 0,
    page: { online: true, visible: true },
    conversationId: "conv",
    config: null,
    endReason: null,
    chosenConversationId: undefined,
  });
  expect(idle(true)).toStrictEqual({ name: "idle", failed: true, calls: [], reconnecting: null });
});

test.each<[string, AgentConfig | null, isPushToTalk: boolean, canInterrupt: boolean]>([
  ["none", null, false, true],
  ["one that says nothing of it", {}, false, true],
  ["automatic", { transcription: { trigger: "automatic" } }, false, true],
  ["push-to-talk", { transcription: { trigger: "push_to_talk" } }, true, true],
  ["not to be interrupted", { transcription: { can_interrupt: false } }, false, false],
  ["to be interrupted", { transcription: { can_interrupt: true } }, false, true],
])("the configuration: %s", (_, config, pushToTalk, interruptible) => {
  const connection = { ...initialConnection(null), config };
  expect([isPushToTalk(connection), canInterrupt(connection)]).toEqual([pushToTalk, interruptible]);
});

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

const automatic = { trigger: "automatic", automatic: true } as const;
const byButton = { trigger: "push_to_talk", automatic: false } as const;

test.each<[string, AgentConfig | null, isPushToTalk: boolean, canInterrupt: boolean]>([
  ["none", null, false, true],
  ["automatic", { transcription: { ...automatic, can_interrupt: true } }, false, true],
  ["automatic, not to be interrupted", { transcription: { ...automatic, can_interrupt: false } }, false, false],
  ["push-to-talk", { transcription: { ...byButton, can_interrupt: true } }, true, true],
  ["push-to-talk, not to be interrupted", { transcription: { ...byButton, can_interrupt: false } }, true, false],
])("the configuration: %s", (_, config, pushToTalk, interruptible) => {
  const connection = { ...initialConnection(null), config };
  expect([isPushToTalk(connection), canInterrupt(connection)]).toEqual([pushToTalk, interruptible]);
});

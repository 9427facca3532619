import { speak } from "@layercode/browser-testing";
import type { Page } from "@playwright/test";
import { sentence } from "../sounds.js";
import { agentTurn, replayFinished } from "../wire.js";
import { changeOptions } from "./change-options.js";
import { expect, test } from "./contract.js";

test("of all callbacks the latest are called, in a conversation that goes on", async ({
  openScripted,
  nextSession,
}) => {
  const demo = await openScripted({ agent: "ag-brief" });
  await recordCallbacks(demo.page, "early");
  await demo.button("Start conversation").click();
  const session = await nextSession();
  await agentTurn(session);
  await expect
    .poll(() => recorded(demo.page, "early"))
    .toEqual(expect.arrayContaining(["onConnect", "onDevicesChanged", "onMessage"]));

  const { early } = await recordCallbacks(demo.page, "late");
  await speak(demo.page, await sentence("Hello."));
  const answer = await agentTurn(session, await session.waitForSent("user.transcript"));
  await replayFinished(session, answer);
  session.send({ type: "response.data", turn_id: answer, content: 1 });
  await demo.button("Mute").click();
  await demo.takePartBy("Typing only");
  await demo.button("Agent sound").click();
  session.close(1008, "The server has a policy.");
  await expect(demo.error).toContainText("The server has ended the conversation");
  await changeOptions(demo.page, { audioInput: true });
  expect(await recorded(demo.page, "late")).toEqual([
    "onAgentAmplitudeChange",
    "onAgentSpeakingChange",
    "onAudioInputChanged",
    "onAudioOutputChanged",
    "onDataMessage",
    "onDisconnect",
    "onError",
    "onMessage",
    "onMuteStateChange",
    "onStatusChange",
    "onTurnSummary",
    "onUserAmplitudeChange",
    "onUserSpeakingChange",
  ]);
  expect(await recorded(demo.page, "early")).toEqual(early?.toSorted());
});

/** Every callback that an option may be; of two names for one, the bindings know the first and core the second. */
const names = [
  "onConnect",
  "onDisconnect",
  "onError",
  "onMessage",
  "onDataMessage",
  "onStatusChange",
  "onTurnSummary",
  "onUserAmplitudeChange",
  "onAgentAmplitudeChange",
  "onUserSpeakingChange|onUserIsSpeakingChange",
  "onAgentSpeakingChange",
  "onMuteStateChange",
  "onTalkingWhileMuted",
  "onDeviceSwitched",
  "onOutputDeviceSwitched",
  "onDevicesChanged",
  "onAudioInputChanged|audioInputChanged",
  "onAudioOutputChanged|audioOutputChanged",
];

/** Sets all callbacks anew, to ones that record under this name. Returns what was recorded under the names before. */
function recordCallbacks(page: Page, by: string): Promise<Record<string, string[]>> {
  return page.evaluate(
    ([names, by]) => {
      globalThis.calledBack ??= {};
      const before = structuredClone(globalThis.calledBack);
      const calls: string[] = [];
      globalThis.calledBack[by] = calls;
      const callbacks = names.flatMap((name) => {
        const [shown = name, ...others] = name.split("|");
        const record = () => void (calls.includes(shown) || calls.push(shown));
        return [shown, ...others].map((one) => [one, record]);
      });
      panels[0]?.start.change(Object.fromEntries(callbacks));
      return before;
    },
    [names, by] as const,
  );
}

/** Which callbacks were called that were set under this name. */
function recorded(page: Page, by: string): Promise<string[]> {
  return page.evaluate((by) => globalThis.calledBack?.[by]?.toSorted() ?? [], by);
}

declare global {
  var calledBack: Record<string, string[]> | undefined;
}

import { audibleSpans, launchChromium, tapReady } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { readHeard, withoutHoles } from "../browser/heard.js";
import { agentTone } from "../browser/signals.js";

/**
 * How long it takes from the first message of a turn, 100 ms of sound, to its first sample at the tap. The turn comes
 * faster than it is heard, as from the service: of one that comes in real time a jitter buffer waits for more.
 */
export async function measureWireToSpeaker({ server, quick, report }: Bench): Promise<Figure[]> {
  const browser = await launchChromium({ autoplay: true });
  const delays = {
    ours: await withoutHoles(report, () => listen("ours")),
    peer: await withoutHoles(report, () => listen("peer")),
  };
  await browser.close();

  async function listen(contender: Contender): Promise<number[]> {
    report(`wire → rendered sound: ${contender}`);
    const pcm = agentTone(440, 0.3);
    const conversation = await openConversation(browser, server, contender, { microphone: false });
    await conversation.connect();
    await conversation.play({ turnId: "first", pcm, chunkMs: 100, atOnce: true });
    await tapReady(conversation.page);
    await sleep(1000);
    await conversation.takeMessages();
    for (let turn = 0; turn < (quick ? 6 : 40); turn++) {
      await conversation.play({ turnId: `turn-${turn}`, pcm, chunkMs: 100, atOnce: true });
      // Not in step with the audio device's buffers of 10 ms.
      await sleep(600 + 7.3 * (turn % 10));
    }
    const messages = await conversation.takeMessages();
    const heard = await readHeard(conversation.page).finally(() => conversation.close());
    const starts = audibleSpans(heard.samples, heard.sampleRate, 0.001, 200).map(({ start }) => heard.timeOf(start));
    const first = messages.filter(
      ({ type }, index) => type === "response.audio" && messages[index - 1]?.type === "turn.start",
    );
    return first.flatMap(({ at }) => {
      const start = starts.find((time) => time > at - 1 && time < at + 500);
      return start === undefined ? [] : [start - at];
    });
  }

  return [{ name: "wire → rendered sound", unit: "ms", ...delays, target: { median: 10 } }];
}

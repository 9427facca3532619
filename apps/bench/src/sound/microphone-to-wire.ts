import { type BrowserSession, launchChromium, probe, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { fitLine } from "../measure/line.js";
import type { CapturedSound } from "../page/microphone-tap.js";
import { findMarkers, markerTrain, pairMarkers } from "./markers.js";

const wireRate = 8000;
const quantum = 128;

/** How long a sample takes from its capture to `send()`. */
export async function measureMicrophoneToWire({ server, quick, report }: Bench): Promise<Figure[]> {
  const wav = await writeMicrophoneFile(markerTrain(20));
  const delays: Record<Contender, number[]> = { ours: [], peer: [] };
  // A conversation's frames keep their place among the device's buffers of 10 ms: many short ones see every place.
  const conversations = quick ? 2 : 8;
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  for (let run = 0; run < conversations; run++) {
    report(`microphone → wire: conversation ${run + 1} of ${conversations}`);
    for (const contender of contenders) {
      const { sent, captured, offset } = await record(browser, contender);
      delays[contender].push(...delaysOf(sent, captured, offset));
    }
  }
  await browser.close();

  async function record(browser: BrowserSession, contender: Contender) {
    const conversation = await openConversation(browser, server, contender, { outputTap: false, microphoneTap: true });
    await conversation.connect();
    await sleep(6000);
    const captured = await probe<CapturedSound>(conversation.page, "microphone.take");
    const offset = await probe<number>(conversation.page, "clock.offset");
    const messages = await conversation.takeMessages();
    await conversation.close();
    const sent = messages
      .filter(({ what, type }) => what === "up" && type === "client.audio")
      .map(({ at, text }) => ({ at, pcm: new Int16Array(bytesOf(JSON.parse(text ?? "").content)) }));
    return { sent, captured, offset };
  }

  return [{ name: "microphone → wire", unit: "ms", ...delays, target: { median: 16, p95: 26 } }];
}

interface SentFrame {
  /** ms on the page's clock. */
  at: number;
  pcm: Int16Array;
}

/** One for each marker. */
function delaysOf(sent: readonly SentFrame[], captured: CapturedSound, offset: number): number[] {
  const samples = new Float32Array(bytesOf(captured.samples));
  // Quanta are rendered three or four at a time, and their clock ticks in ms; samples are captured evenly.
  const line = fitLine(new Float64Array(bytesOf(captured.renderedAt)));
  const stream = Float32Array.from(
    sent.flatMap(({ pcm }) => [...pcm]),
    (sample) => sample / 32768,
  );
  const sentAt = sent.flatMap(({ at, pcm }) => Array<number>(pcm.length).fill(at));
  const inMicrophone = findMarkers(samples, captured.sampleRate);
  const onWire = findMarkers(stream, wireRate);
  const pairs = pairMarkers(
    inMicrophone.map((at) => at / captured.sampleRate),
    onWire.map((at) => at / wireRate),
  );
  return pairs.map(([i, j]) => {
    // A quantum stands for its middle, a whole millisecond too.
    const capturedAt = line((inMicrophone[i] ?? 0) / quantum - 0.5) + 0.5 - offset;
    return (sentAt[Math.round(onWire[j] ?? 0)] ?? Number.NaN) - capturedAt;
  });
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, "base64")).buffer;
}

import { launchChromium, probe, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { type Contender, type Conversation, contenders, openConversation, sleep } from "../browser/conversation.js";
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
      const conversation = await openConversation(browser, server, contender, microphoneOnly);
      await conversation.connect();
      await sleep(6000);
      const { sent, captured, offset } = await readMicrophone(conversation);
      await conversation.close();
      delays[contender].push(...delaysOf(sent, captured, offset));
    }
  }
  await browser.close();
  return [{ name: "microphone → wire", unit: "ms", ...delays, target: { median: 16, p95: 26 } }];
}

/** How a conversation is opened of which the microphone is measured. */
export const microphoneOnly = { outputTap: false, microphoneTap: true } as const;

/** What the microphone gave the client so far, and what the client sent of it; `offset`: see `clock.offset`. */
export async function readMicrophone({ page, takeMessages }: Conversation) {
  const captured = await probe<CapturedSound>(page, "microphone.take");
  const offset = await probe<number>(page, "clock.offset");
  const sent = (await takeMessages())
    .filter(({ what, type }) => what === "up" && type === "client.audio")
    .map(({ at, text }) => ({ at, pcm: new Int16Array(bytesOf(JSON.parse(text ?? "").content)) }));
  return { sent, captured, offset };
}

export interface SentFrame {
  /** ms on the page's clock. */
  at: number;
  pcm: Int16Array;
}

/** How long each marker took from its capture to `send()`, in ms. */
export function delaysOf(sent: readonly SentFrame[], captured: CapturedSound, offset: number): number[] {
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
    return (sentAt[Math.round(onWire[j] ?? 0)] ?? NaN) - capturedAt;
  });
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, "base64")).buffer;
}

import { launchChromium, probe, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench";
import { type Contender, contenders, openConversation, sleep } from "../browser/conversation";
import type { Figure } from "../browser/figures";
import type { CapturedSound } from "../page/microphone-tap";
import { findMarkers, markerTrain, pairMarkers } from "./markers";

const wireRate = 8000;

/** How long a sample takes from its capture, when the audio thread renders its quantum of the microphone, to `send()`. */
export async function measureMicrophoneToWire({ server, quick, report }: Bench): Promise<Figure[]> {
  const wav = await writeMicrophoneFile(markerTrain(20));
  const delays: Record<Contender, number[]> = { ours: [], peer: [] };
  const frames: Record<Contender, number[]> = { ours: [], peer: [] };
  for (const contender of contenders) {
    report(`microphone → wire: ${contender}`);
    const browser = await launchChromium({ microphone: { wav }, autoplay: true });
    const conversation = await openConversation(browser, server, contender, { outputTap: false, microphoneTap: true });
    await conversation.connect();
    await sleep(quick ? 6000 : 40_000);
    const captured = await probe<CapturedSound>(conversation.page, "microphone.take");
    const offset = await probe<number>(conversation.page, "clock.offset");
    const sent = (await conversation.takeMessages()).filter(
      ({ what, type }) => what === "up" && type === "client.audio",
    );
    await browser.close();

    const samples = new Float32Array(bytesOf(captured.samples));
    const renderedAt = new Float64Array(bytesOf(captured.renderedAt));
    const messages = sent.map(({ at, text }) => ({ at, pcm: new Int16Array(bytesOf(JSON.parse(text ?? "").content)) }));
    const stream = Float32Array.from(
      messages.flatMap(({ pcm }) => [...pcm]),
      (sample) => sample / 32768,
    );
    // The message of every sample on the wire.
    const messageOf = messages.flatMap(({ pcm }, index) => Array<number>(pcm.length).fill(index));

    const inMicrophone = findMarkers(samples, captured.sampleRate);
    const onWire = findMarkers(stream, wireRate);
    const pairs = pairMarkers(
      inMicrophone.map((at) => at / captured.sampleRate),
      onWire.map((at) => at / wireRate),
    );
    for (const [i, j] of pairs) {
      const capturedAt = (renderedAt[Math.floor((inMicrophone[i] ?? 0) / 128)] ?? 0) + 0.5 - offset;
      const message = messages[messageOf[Math.round(onWire[j] ?? 0)] ?? 0];
      if (message) delays[contender].push(message.at - capturedAt);
    }
    frames[contender] = messages.map(({ pcm }) => (pcm.length * 1000) / wireRate);
  }
  return [
    { name: "microphone → wire", unit: "ms", ...delays, target: { median: 16, p95: 26 } },
    { name: "frame on the wire", unit: "ms", ...frames, target: { median: 20 } },
  ];
}

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, "base64")).buffer;
}

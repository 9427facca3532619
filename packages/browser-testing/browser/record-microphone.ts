import type { EnginePage } from "../dist/index.js";

declare global {
  /** In a page that records: how much it has. */
  var recordedSeconds: number;
}

/** Records the page's microphone, the browser's processing off, sample by sample. */
export async function recordMicrophone(
  page: EnginePage,
  seconds: number,
): Promise<{ samples: Float32Array; sampleRate: number }> {
  const { samples, sampleRate } = await page.evaluate(async (seconds) => {
    const context = new AudioContext();
    const processing = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const stream = await navigator.mediaDevices.getUserMedia({ audio: processing });
    const recorder = `registerProcessor("recorder", class extends AudioWorkletProcessor {
      process([[samples]]) {
        if (samples) this.port.postMessage(samples);
        return true;
      }
    })`;
    const url = URL.createObjectURL(new Blob([recorder], { type: "text/javascript" }));
    await context.audioWorklet.addModule(url);
    const node = new AudioWorkletNode(context, "recorder", { channelCount: 1, channelCountMode: "explicit" });
    new MediaStreamAudioSourceNode(context, { mediaStream: stream }).connect(node).connect(context.destination);
    const heard: number[] = [];
    globalThis.recordedSeconds = 0;
    await new Promise<void>((resolve) => {
      node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
        heard.push(...data);
        globalThis.recordedSeconds = heard.length / context.sampleRate;
        if (heard.length >= seconds * context.sampleRate) resolve();
      };
    });
    const { sampleRate } = context;
    for (const track of stream.getTracks()) track.stop();
    await context.close();
    return { samples: heard, sampleRate };
  }, seconds);
  return { samples: Float32Array.from(samples), sampleRate };
}

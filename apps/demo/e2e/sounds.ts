import {
  audibleSpans,
  bestCorrelation,
  type MonoAudio,
  readTap,
  resample,
  shareHeard,
  synthesizeSpeech,
  toFloat,
} from "@layercode/browser-testing";
import type { MockSession } from "@layercode/mock-server";
import type { Page } from "@playwright/test";

/** Rates of the wire, in Hz. */
export const toServer = 8000;
const fromServer = 16_000;

/** A sentence for the microphone, in another voice than the agent's. */
export function sentence(text: string): Promise<MonoAudio> {
  return synthesizeSpeech(text, { voice: "rms" });
}

/**
 * How much of a sound that was spoken is found in what the server received, 0 to 1, in quarters of a second: the fake
 * microphone stumbles now and then where the machine is busy, and what comes behind is late from there on.
 */
export function shareAtServer(spoken: MonoAudio, received: Int16Array): number {
  const reference = resample(toFloat(spoken.samples), spoken.sampleRate, toServer);
  const start = Math.round(bestCorrelation(reference, received).lag);
  const around = received.subarray(Math.max(0, start - toServer), start + reference.length + toServer);
  return shareHeard(reference, around, toServer / 4, 0.85);
}

/** Everything the server sent as audio of a turn, as one piece. */
export function sentAudio(session: MockSession, turnId: string): MonoAudio {
  const pieces = session.sent.flatMap(({ message }) =>
    message.type === "response.audio" && message.turn_id === turnId
      ? [Buffer.from(String(message.content), "base64")]
      : [],
  );
  const bytes = Buffer.concat(pieces);
  const samples = Int16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
  return { samples, sampleRate: fromServer };
}

/** What left the page's speaker so far. */
export interface Heard {
  samples: Float32Array;
  sampleRate: number;
}

export async function heard(page: Page): Promise<Heard> {
  const { samples, sampleRate, holes } = await readTap(page);
  if (holes > 0) throw new Error(`The output tap missed ${holes} stretches: nothing can be said about the sound.`);
  return { samples, sampleRate };
}

/** Where a sound that the server sent lies in what was heard: how well it fits, and its first sample. */
export function findHeard(sent: MonoAudio, { samples, sampleRate }: Heard): { likeness: number; start: number } {
  const { correlation, lag } = bestCorrelation(resample(toFloat(sent.samples), fromServer, sampleRate), samples);
  return { likeness: correlation, start: lag };
}

/** From the first audible sample to the last, in ms; 0 for silence. */
export function audibleMs(samples: ArrayLike<number>, sampleRate: number): number {
  const spans = audibleSpans(samples, sampleRate);
  const [first, last] = [spans[0], spans.at(-1)];
  return first && last ? ((last.end - first.start) / sampleRate) * 1000 : 0;
}

/** The same of PCM16. */
export function audibleMsOf({ samples, sampleRate }: MonoAudio): number {
  return audibleMs(toFloat(samples), sampleRate);
}

/** A pure tone, as the server would send it. */
export function tone(frequency: number, seconds: number): MonoAudio {
  const samples = Int16Array.from({ length: seconds * fromServer }, (_, i) =>
    Math.round(12_000 * Math.sin((2 * Math.PI * frequency * i) / fromServer)),
  );
  return { samples, sampleRate: fromServer };
}

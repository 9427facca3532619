import { launchChromium, probe, writeMicrophoneFile } from "@layercode/browser-testing";
import type { Bench } from "../browser/bench.js";
import { openConversation, sleep } from "../browser/conversation.js";
import type { Figure } from "../browser/figures.js";
import { type Heap, watchHeap } from "../browser/heap.js";
import { agentSpeech, faintNoise } from "../browser/signals.js";
import { fitLine } from "../measure/line.js";
import type { Recorded } from "../page/ours.js";

const sampleRate = 48_000;
const readEverySeconds = 15;
const readingsAMinute = 60 / readEverySeconds;
const turnSeconds = 5;
const bytesOfHeader = 44;

/** Heaps over ten minutes in which the agent speaks for a third of the time: of a page that records, and of one that does not. */
export async function measureRecordingMemory(bench: Bench): Promise<Figure[]> {
  const minutes = bench.quick ? 1 : 10;
  // Both at once: what the machine does to one page, it does to the other, too.
  const [recording, without] = await Promise.all([converse(bench, minutes, true), converse(bench, minutes, false)]);
  const { bytes, durationMs } = recording.recorded ?? { bytes: NaN, durationMs: NaN };
  const missing = bytesOfHeader + Math.round((durationMs / 1000) * sampleRate) * 4 - bytes;
  const figure = (name: string, unit: string, ours: readonly number[], median?: number): Figure => {
    return { name, unit, ours, peer: [], ...(median === undefined ? {} : { target: { median } }) };
  };
  const heapsOf = (who: string, { heaps }: Conversed) => [
    figure(`${who}: page and worklets, every 15 s`, "kB", heaps.map(kilobytes)),
    figure(
      "  page",
      "kB",
      heaps.map(({ page }) => page / 1000),
    ),
    figure(
      "  worklets",
      "kB",
      heaps.map(({ worklets }) => worklets / 1000),
    ),
    figure("  slope, a minute", "kB", [slopeOf(heaps)]),
  ];
  return [
    figure("recorded", "s", [durationMs / 1000]),
    figure("  file", "MB", [bytes / 1e6]),
    figure("  bytes that the file lacks for that time", "", [missing], 0),
    ...heapsOf("recording", recording),
    ...heapsOf("without", without),
    // A minute of the recording is 11,520 kB.
    figure("slope that is the recording's, a minute", "kB", [slopeOf(recording.heaps) - slopeOf(without.heaps)], 50),
  ];
}

interface Conversed {
  heaps: readonly Heap[];
  recorded: Recorded | null;
}

async function converse({ server, report }: Bench, minutes: number, records: boolean): Promise<Conversed> {
  const wav = await writeMicrophoneFile(faintNoise(10));
  const browser = await launchChromium({ microphone: { wav }, autoplay: true });
  const silently = { outputTap: false, keepsMessages: false };
  const conversation = await openConversation(browser, server, "ours", silently);
  const { page } = conversation;
  const pcm = await agentSpeech(turnSeconds);
  const speak = (turn: number) => conversation.play({ turnId: `turn-${turn}`, pcm, chunkMs: 100 });
  await conversation.connect();
  // The first turn brings what stays.
  await speak(0);
  if (records) await probe(page, "client.startRecording", { sampleRate });
  const readHeap = await watchHeap(page);
  const heaps = [await readHeap()];
  for (let reading = 1; reading <= minutes * readingsAMinute; reading++) {
    const due = sleep(readEverySeconds * 1000);
    await speak(reading);
    await due;
    heaps.push(await readHeap());
    if (reading % readingsAMinute > 0) continue;
    const who = records ? "recording" : "without";
    report(`${who}: minute ${reading / readingsAMinute}, ${kilobytes(heaps.at(-1)).toFixed(0)} kB`);
  }
  const recorded = records ? await probe<Recorded>(page, "client.stopRecording") : null;
  await browser.close();
  return { heaps, recorded };
}

function kilobytes(heap: Heap | undefined): number {
  return heap ? (heap.page + heap.worklets) / 1000 : NaN;
}

/** By how much heaps grow in a minute, in kB. In the first one code is compiled: it counts only where there is no other. */
function slopeOf(heaps: readonly Heap[]): number {
  const values = heaps.map(kilobytes);
  const later = values.slice(readingsAMinute);
  const line = fitLine(later.length > 1 ? later : values);
  return (line(1) - line(0)) * readingsAMinute;
}

import type { BrowserSession } from "@layercode/browser-testing";

/** One call of a worklet's `process()`. */
export interface ProcessCall {
  /** When it began, in µs. */
  at: number;
  /** Wall time in µs. */
  wall: number;
  /** CPU time in µs; what other processes take is not in it. */
  cpu: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  tts?: number;
  dur?: number;
  tdur?: number;
  pid: number;
  tid: number;
}

// Chromium traces each call itself: the audio thread's own clock is a whole millisecond.
const category = "disabled-by-default-audio-worklet";
const authorScript = "AudioWorkletProcessor::Process (author script execution)";

/** What every worklet of the browser costs while `run` is under way, call by call. */
export async function traceWorklets(browser: BrowserSession, run: () => Promise<void>): Promise<ProcessCall[]> {
  const session = await browser.browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  const traceConfig = { includedCategories: [category], excludedCategories: ["*"] };
  await session.send("Tracing.start", { traceConfig, transferMode: "ReportEvents" });
  await run();
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  return events
    .filter(({ name, ph }) => name === authorScript && ph === "X")
    .map(({ ts, dur = 0, tdur = 0 }) => ({ at: ts, wall: dur, cpu: tdur }))
    .sort((first, second) => first.at - second.at);
}

// The main thread's half of speech detection. Loaded with the first settings, beside the text of the detector's script.
import { detectorScript } from "../detector-script.js";
import type { AudioError, explained, invalidOption } from "../errors.js";
import type { loadScript } from "../load-worklet.js";
import type { DetectionCommand, DetectionReport, DetectionRules, DetectorKind } from "../vad/commands.js";
import { unpackWeights } from "../vad/silero/weights.js";
import type { SpeechEvent, Vad } from "../vad/vad.js";
import { type DetectionSettings, findInvalid } from "./detection-settings.js";
import { loadModel } from "./load-model.js";

/** A recorder that runs, as detection needs it. */
export interface DetectingRecorder {
  readonly context: BaseAudioContext;
  command(command: DetectionCommand, transfer?: Transferable[]): void;
  /** Called with each report, and with the seconds to add to its times for the engine's clock. */
  onDetection: ((report: DetectionReport, offset: number) => void) | null;
}

export interface SpeechEvents {
  onSpeech?(event: SpeechEvent): void;
  onDetectorFailed?(error: AudioError): void;
}

/** Speech detection of one start of a microphone, on the recorder that delivers its frames. */
export interface SpeechDetection {
  /** Resolves once speech is detected by them, or it is known that none will be; at once where there is no recorder. */
  set(settings: DetectionSettings | null): Promise<void>;
  /** Detects on this recorder from now on. Speech that is under way ends, now and with the undo. */
  attach(recorder: DetectingRecorder): () => void;
}

export interface SpeechDetectionOptions {
  events: SpeechEvents;
  /** The time on the engine's clock, in seconds. */
  now(): number;
  /** Of the start of the microphone; no event comes after it. */
  over: AbortSignal;
  // Functions that the first page of an app has: imported from here, they would become a file of their own.
  load: typeof loadScript;
  explain: typeof explained;
  invalid: typeof invalidOption;
}

export function createSpeechDetection({
  events,
  now,
  over,
  load,
  explain,
  invalid,
}: SpeechDetectionOptions): SpeechDetection {
  let settings: DetectionSettings | null = null;
  let recorder: DetectingRecorder | null = null;
  /** Numbers the detections: what an earlier one still brings is ignored. */
  let id = 0;
  let speaking = false;
  /** What was reported last of why detection fails. */
  let failure: AudioError["code"] | null = null;
  /** Until what was asked for last is there, or never will be. */
  let beginning: Promise<void> = Promise.resolve();

  function report(event: SpeechEvent): void {
    const isStart = event.type === "start";
    // Whatever the audio thread reports, starts and ends alternate.
    if (over.aborted || isStart === speaking) return;
    speaking = isStart;
    events.onSpeech?.(event);
  }

  function endSpeech(): void {
    report({ type: "end", time: now() });
  }

  function fail(error: AudioError): void {
    if (failure === error.code || over.aborted) return;
    failure = error.code;
    events.onDetectorFailed?.(error);
  }

  /** Loudness alone decides from now on. */
  async function fallBack(
    target: DetectingRecorder,
    cause: unknown,
    texts: Parameters<typeof explain>[2],
  ): Promise<void> {
    target.command({ type: "detection", id, order: "fall-back" });
    fail(await explain("detector-failed", cause, texts));
  }

  async function begin(): Promise<void> {
    const mine = ++id;
    const target = recorder;
    if (target === null) return;
    if (settings === null) return target.command({ type: "detection", id: mine, order: "stop" });
    const isCurrent = () => mine === id && !over.aborted;
    try {
      await load(detectorScript, target.context, settings.workletUrl);
    } catch (error) {
      if (isCurrent()) fail(error as AudioError);
      return;
    }
    if (!isCurrent()) return;
    const { vad } = settings;
    const own = typeof vad === "object" ? vad : null;
    const kind: DetectorKind = own ? "own" : (vad as "silero" | "energy");
    const frameLength = own?.frameLength ?? 0;
    const onBroken = (cause: unknown) =>
      void fallBack(target, cause, ({ ownDetectorFailed }) => ownDetectorFailed(cause));
    const judge = own && createJudge(own, target, mine, isCurrent, onBroken);
    target.onDetection = (received, offset) => {
      if (received.id !== mine || !isCurrent()) return;
      if (received.type === "window") judge?.(received.samples, received.end);
      else if (received.type === "failed") void failedThere(received.cause, received.isOff);
      else report({ ...received.event, time: received.event.time + offset });
    };
    target.command({ type: "detection", id: mine, order: "begin", kind, frameLength, rules: rulesOf(settings) });
    if (kind === "silero") void addModel(target, settings.modelUrl, isCurrent);
  }

  async function addModel(
    target: DetectingRecorder,
    modelUrl: string | URL | undefined,
    isCurrent: () => boolean,
  ): Promise<void> {
    try {
      const memory = unpackWeights(await loadModel(modelUrl));
      if (isCurrent()) target.command({ type: "detection", id, order: "model", memory }, [memory.buffer]);
    } catch (cause) {
      if (isCurrent()) void fallBack(target, cause, ({ modelNotLoaded }) => modelNotLoaded(modelUrl, cause));
    }
  }

  /** On the audio thread. */
  async function failedThere(cause: string | undefined, isOff: boolean): Promise<void> {
    if (isOff) endSpeech();
    fail(
      await explain(isOff ? "worklet-load" : "detector-failed", cause, (texts) => texts.detectorFailed(cause, isOff)),
    );
  }

  function set(wanted: DetectionSettings | null): Promise<void> {
    const wrong = wanted && findInvalid(wanted);
    const next = wrong ? null : wanted;
    const before = settings;
    settings = next;
    // Where nothing is detected, it is asked for again.
    if (next !== null && before !== null && sameDetector(next, before) && failure !== "worklet-load") {
      recorder?.command({ type: "detection", id, order: "change", rules: rulesOf(next) });
      return beginning;
    }
    failure = null;
    // The model loads while the script does; why it did not is reported when the recorder is there.
    if (next?.vad === "silero") loadModel(next.modelUrl).catch(() => {});
    endSpeech();
    beginning = begin();
    if (wrong) fail(invalid(...wrong));
    return beginning;
  }

  function attach(next: DetectingRecorder): () => void {
    endSpeech();
    recorder = next;
    beginning = begin();
    return () => {
      if (recorder !== next) return;
      next.command({ type: "detection", id, order: "stop" });
      recorder = null;
      id++;
      endSpeech();
    };
  }

  return { set, attach };
}

/** Loads what these settings need, and rejects where a detection by them would fail. */
export async function loadDetection(
  context: BaseAudioContext,
  { vad, modelUrl, workletUrl }: Pick<DetectionSettings, "vad" | "modelUrl" | "workletUrl">,
  load: typeof loadScript,
  explain: typeof explained,
): Promise<void> {
  // Both at once, as a detection does.
  const model = vad === "silero" ? loadModel(modelUrl) : null;
  model?.catch(() => {});
  await load(detectorScript, context, workletUrl);
  try {
    await model;
  } catch (cause) {
    throw await explain("detector-failed", cause, ({ modelNotLoaded }) => modelNotLoaded(modelUrl, cause));
  }
}

function rulesOf(settings: DetectionSettings): DetectionRules {
  const { positiveThreshold, negativeThreshold, hangOverMs, minimumSpeechMs, bargeIn } = settings;
  return { positiveThreshold, negativeThreshold, hangOverMs, minimumSpeechMs, bargeIn };
}

function sameDetector(one: DetectionSettings, other: DetectionSettings): boolean {
  const isSame = (name: "modelUrl" | "workletUrl") => String(one[name]) === String(other[name]);
  return one.vad === other.vad && isSame("modelUrl") && isSame("workletUrl");
}

/** Windows that are older than the newest by more, in seconds, are left out, or a detector that is slow would be ever later. */
const mostBehind = 1;

/** Asks the app's own detector, one window after the other, and hands its answers to the audio thread. */
function createJudge(
  vad: Vad,
  recorder: DetectingRecorder,
  id: number,
  isCurrent: () => boolean,
  onBroken: (cause: unknown) => void,
): (samples: Float32Array, end: number) => void {
  let latest = 0;
  let broken = false;

  async function attempt(work: () => void | Promise<void>): Promise<void> {
    if (broken || !isCurrent()) return;
    try {
      await work();
    } catch (cause) {
      broken = true;
      if (isCurrent()) onBroken(cause);
    }
  }

  async function ask(samples: Float32Array, end: number): Promise<void> {
    if (latest - end > mostBehind) return;
    const probability = await vad.process(samples);
    if (isCurrent()) recorder.command({ type: "detection", id, order: "judge", probability, end });
  }

  // Not before the detection has begun: only one that runs can fall back.
  let asking = Promise.resolve().then(() => attempt(() => vad.reset()));
  return (samples, end) => {
    latest = end;
    asking = asking.then(() => attempt(() => ask(samples, end)));
  };
}

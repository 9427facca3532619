import type { BargeIn } from "../vad/commands.js";
import type { SegmenterSettings, Vad } from "../vad/vad.js";

export interface DetectionSettings extends SegmenterSettings {
  /**
   * Who tells speech from everything else. `silero`: the model of that name, in the recorder's worklet; loudness decides
   * until it is loaded, and where it does not work. `energy`: loudness alone. Or the app's own, on the main thread.
   */
  vad: "silero" | "energy" | Vad;
  /**
   * What is done to the player of the same engine, on the audio thread, when speech begins while it sounds. `pause`: it
   * is ducked at the first sign and paused with the `start`. `duck`: it is ducked. Either lasts until the speaker's
   * `resume()`, `interrupt()` or, for ducking, `duck()`. `off`: nothing.
   */
  bargeIn: BargeIn;
  /** Where the app hosts `@layercode/audio/silero-v6.bin`. Default: a module of the package, loaded by `import()`. */
  modelUrl?: string | URL | undefined;
  /** Where the app hosts `@layercode/audio/detector.js`, for pages with a strict Content-Security-Policy. */
  workletUrl?: string | URL | undefined;
}

type Row = [name: string, value: unknown, ok: boolean, expected: string];

/** The first setting that cannot be, and what is expected of it, as the arguments of `invalidOption()`. */
export function findInvalid(settings: DetectionSettings): [string, unknown, string] | null {
  const { vad, positiveThreshold, negativeThreshold, hangOverMs, minimumSpeechMs, bargeIn } = settings;
  const own = typeof vad === "object" && typeof vad?.process === "function" ? vad : null;
  const frameLength = own ? own.frameLength : 128;
  const isWhole = Number.isInteger(frameLength) && frameLength >= 128 && frameLength <= 16000;
  const isProbability = (value: number) => value >= 0 && value <= 1;
  const isLower = isProbability(negativeThreshold) && negativeThreshold <= positiveThreshold;
  const rows: Row[] = [
    ["vad", vad, own !== null || vad === "silero" || vad === "energy", "silero, energy or a detector with process()"],
    ["vad.frameLength", frameLength, isWhole, "an integer from 128 to 16000"],
    ["positiveThreshold", positiveThreshold, isProbability(positiveThreshold), "a number from 0 to 1"],
    ["negativeThreshold", negativeThreshold, isLower, "a number from 0 to positiveThreshold"],
    ["hangOverMs", hangOverMs, hangOverMs >= 0, "a number of milliseconds"],
    ["minimumSpeechMs", minimumSpeechMs, minimumSpeechMs >= 0, "a number of milliseconds"],
    ["bargeIn", bargeIn, ["pause", "duck", "off"].includes(bargeIn), "pause, duck or off"],
  ];
  const wrong = rows.find(([, , ok]) => !ok);
  return wrong ? [wrong[0], wrong[1], wrong[3]] : null;
}

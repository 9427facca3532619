import { invalidOption } from "../errors.js";
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
  modelUrl?: string | URL;
  /** Where the app hosts `@layercode/audio/detector.js`, for pages with a strict Content-Security-Policy. */
  workletUrl?: string | URL;
}

/** Throws `invalid-option` for settings that cannot be. */
export function checkDetection(settings: DetectionSettings): void {
  const { vad, positiveThreshold, negativeThreshold, hangOverMs, minimumSpeechMs, bargeIn } = settings;
  const check = (name: string, value: unknown, ok: boolean, expected: string) => {
    if (!ok) throw invalidOption(name, value, expected);
  };
  const own = typeof vad === "object" && vad !== null && typeof vad.process === "function";
  check("vad", vad, own || vad === "silero" || vad === "energy", "silero, energy or a detector with process()");
  if (own) {
    const { frameLength } = vad;
    const isWhole = Number.isInteger(frameLength) && frameLength >= 128 && frameLength <= 16000;
    check("vad.frameLength", frameLength, isWhole, "an integer from 128 to 16000, in samples at 16 kHz");
  }
  const isProbability = (value: number) => value >= 0 && value <= 1;
  check("positiveThreshold", positiveThreshold, isProbability(positiveThreshold), "a number from 0 to 1");
  const isLower = isProbability(negativeThreshold) && negativeThreshold <= positiveThreshold;
  check("negativeThreshold", negativeThreshold, isLower, "a number from 0 to positiveThreshold");
  check("hangOverMs", hangOverMs, hangOverMs >= 0, "a number of milliseconds");
  check("minimumSpeechMs", minimumSpeechMs, minimumSpeechMs >= 0, "a number of milliseconds");
  check("bargeIn", bargeIn, ["pause", "duck", "off"].includes(bargeIn), "pause, duck or off");
}

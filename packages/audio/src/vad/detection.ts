import type { PolyphaseResampler } from "../dsp/polyphase-resampler.js";
import type { DetectionCommand, DetectionReport, DetectionRules, DetectorKind } from "./commands.js";
import { createEnergyVad, energyFrameLength } from "./energy.js";
import { createFrames, type Frames } from "./frames.js";
import { createSegmenter } from "./segmenter.js";
import { createSlices, type Slices } from "./slices.js";

/** A player, as the detector needs it. */
export interface HeldPlayer {
  readonly engine: number;
  readonly playback: { readonly playing: boolean; pause(): void; resume(): void };
  /** Multiplies the gain. */
  duck(gain: number): void;
}

/** What the detector needs of the recorder behind which it stands. */
export interface DetectionHost {
  /**
   * The block of the microphone that comes with each `push()`, and when it ends, in seconds. It is read there: for a fraction
   * that is handed to a function, V8 allocates.
   */
  input: { readonly block: Float32Array; readonly time: number };
  /** From the rate of the blocks to 16 kHz. */
  resampler: PolyphaseResampler;
  /** All players of the context, which come and go, and the engine whose players are held. */
  players: readonly HeldPlayer[];
  engine: number;
  post(report: DetectionReport): void;
}

/** What is done to the players. `release` ends ducking, `resume` a pause too. */
type Hold = "pause" | "duck" | "release" | "resume";

/** What ducking leaves of the gain: -12 dB. */
const duckedGain = 0.25;

/** Speech detection behind one recorder. */
export interface Detection {
  /** Never throws: who waits for the model would wait for ever. */
  obey(command: DetectionCommand): void;
  /**
   * Takes the block of the microphone. `isDear`: its quantum has posted a frame, which costs as much as the model does.
   * Allocates for what it reports, and else less than two numbers. Never throws: the recorder would end with it, and the
   * microphone.
   */
  push(isDear: boolean): void;
  /** When speech was heard last, without the hang-over behind it, in seconds; -Infinity before that. */
  readonly spokenUntil: number;
}

/** The global scope of the audio thread, once the detector's script was loaded into it. */
export type DetectorScope = typeof globalThis & { layercodeDetection?: (host: DetectionHost) => Detection };

const rate = 16000;

/** For how long after the last sound of the player the microphone may still hear it, in seconds. */
const echoTail = 0.2;

/** Blocks that are missing for this long, in seconds: what was heard before has nothing to do with what comes. */
const gap = 0.1;

/** For how long loudness has to last while the player sounds, in seconds: longer than a key that is struck. */
const energyConfirmation = 0.112;

/** For how long the model may take silence for speech behind the last sound, in seconds. */
const longestTail = 0.25;

const energyWindow = energyFrameLength / rate;

/** The windows of the model, in seconds. */
const modelWindow = 0.032;

/** Makes the detector behind a recorder. It is off until the command `begin`. `now`: the time in ms. */
export function createDetection(
  { input, resampler, players, engine, post }: DetectionHost,
  now: () => number,
): Detection {
  const energy = createEnergyVad();
  let segmenter = createSegmenter(off);
  let rules: DetectionRules = off;
  let id = 0;
  /** Whose probabilities count; `null`: detection is off. */
  let source: DetectorKind | null = null;
  let samples = new Float32Array(0);
  /** The model; `null` until it is loaded, and where it was too slow. */
  let slices: Slices | null = null;
  /** Whether the last energy frame was loud: then extra windows of the model are worth their time. */
  let loud = false;
  /** The windows of the app's own detector. */
  let windows: Frames | null = null;
  let windowLength = 0;
  /** Whether loudness only stands in for the model, which is on its way. */
  let waiting = false;
  /** On suspicion. */
  let ducked = false;
  /** For the speech that is under way. */
  let held = false;
  // In seconds. V8 writes a fraction into a field in place; into a variable of a closure, it allocates.
  const times = {
    /** The end of the last block. */
    end: -Infinity,
    /** The same of what has come through the resampler. */
    heard: -Infinity,
    /** When a player sounded last. */
    lastSound: -Infinity,
    /** When anything was loud last. */
    loudUntil: -Infinity,
    /** When speech was heard last. */
    spokenUntil: -Infinity,
  };

  const energyFrames = createFrames(energyFrameLength, (frame, behind) => {
    const end = times.heard - behind / rate;
    const probability = energy.process(frame);
    loud = probability >= 0.5;
    if (loud) times.loudUntil = end;
    if (source === "energy") judge(probability, end, energyWindow, energyConfirmation);
  });

  function isPlaying(): boolean {
    for (let index = 0; index < players.length; index++) {
      const { engine: of, playback } = players[index] as HeldPlayer;
      if (of === engine && playback.playing) return true;
    }
    return false;
  }

  function hold(how: Hold): void {
    for (const player of players) {
      if (player.engine !== engine) continue;
      if (how === "pause") player.playback.pause();
      else player.duck(how === "duck" ? duckedGain : 1);
      if (how === "resume") player.playback.resume();
    }
  }

  function onModelWindow(probability: number, behind: number): void {
    source = "silero";
    judge(probability, times.heard - behind / rate, modelWindow, modelWindow);
  }

  /** The model's share of a quantum. */
  function runModel(model: Slices, count: number, isDear: boolean): void {
    // Between its frames, too, while the player sounds and speech may begin: the sooner the agent falls silent, the better.
    model.push(samples, count, loud && !segmenter.speaking && isPlaying(), isDear);
    if (model.overloaded) fail();
  }

  function fallBack(): void {
    slices = null;
    windows = null;
    waiting = false;
    source = "energy";
  }

  function judge(probability: number, end: number, length: number, confirmation: number): void {
    const playing = isPlaying();
    if (playing) times.lastSound = end;
    const cautious = end - times.lastSound < echoTail;
    const change = segmenter.push(probability, end, length, cautious ? confirmation : 0);
    if (segmenter.speaking) noteSpeech(segmenter.heardUntil);
    if (change === "start") begin(playing);
    else {
      if (change !== null) post({ type: "speech", id, event: { type: change, time: end } });
      // Loudness alone does not duck: the agent would flicker whenever somebody types.
      duck(playing && segmenter.suspecting && source !== "energy");
    }
  }

  /** The model goes on for a while behind the last sound: loudness knows better when that was, where it has heard it at all. */
  function noteSpeech(heardUntil: number): void {
    const isHeard = times.loudUntil > heardUntil - longestTail;
    times.spokenUntil = isHeard ? Math.min(heardUntil, times.loudUntil) : heardUntil;
  }

  function begin(playing: boolean): void {
    const { bargeIn } = rules;
    // Until the model is warm, loudness reports speech, and leaves the player alone.
    const isProvisional = source === "energy" && waiting;
    const how = playing && !isProvisional && bargeIn !== "off" ? bargeIn : null;
    if (how !== null) hold(how);
    // From here on it is the main thread's to release.
    ducked = false;
    held = how !== null;
    const done = how === null ? null : how === "pause" ? "paused" : "ducked";
    post({ type: "speech", id, event: { type: "start", time: segmenter.startTime, held: done } });
  }

  /** Ducks on suspicion, and takes that back. */
  function duck(wanted: boolean): void {
    const value = wanted && rules.bargeIn !== "off";
    if (value !== ducked) hold(value ? "duck" : "release");
    ducked = value;
  }

  function change(next: DetectionRules): void {
    rules = next;
    segmenter.configure(next);
  }

  function forget(): void {
    resampler.reset();
    energyFrames.reset();
    windows?.reset();
    slices?.reset();
  }

  /** The main thread may not have read yet that its player is held, and never will: nobody else would let it go. */
  function stop(): void {
    duck(false);
    if (held && segmenter.speaking) hold("resume");
    held = false;
    source = null;
    slices = null;
  }

  function detect(isDear: boolean): void {
    const { block, time } = input;
    if (time - times.end > gap + block.length / rate) forget();
    times.end = time;
    const needed = resampler.outputLength(block.length);
    if (needed > samples.length) samples = new Float32Array(needed + 1);
    const count = resampler.process(block, samples);
    times.heard = time - resampler.delay;
    energyFrames.push(samples, count);
    windows?.push(samples, count);
    if (slices !== null) runModel(slices, count, isDear);
  }

  /** Gives up the model; where there is none, and none to come, the detection. */
  function fail(cause?: string, isOfModel = slices !== null): void {
    if (isOfModel) fallBack();
    else stop();
    post({ type: "failed", id, cause, isOff: source === null });
  }

  function start(kind: DetectorKind, frameLength: number, next: DetectionRules): void {
    stop();
    segmenter = createSegmenter(next);
    change(next);
    energy.reset();
    windowLength = frameLength / rate;
    windows =
      kind === "own"
        ? createFrames(frameLength, (samples, behind) =>
            post({ type: "window", id, samples, end: times.heard - behind / rate }),
          )
        : null;
    source = kind === "own" ? "own" : "energy";
    waiting = kind === "silero";
    forget();
  }

  function take(command: DetectionCommand): void {
    const { order } = command;
    if (order === "begin") {
      id = command.id;
      start(command.kind, command.frameLength, command.rules);
    } else if (order === "stop") {
      // By its own number, or by the next one.
      if (command.id >= id) stop();
    } else if (command.id === id && source !== null) {
      if (order === "change") change(command.rules);
      else if (order === "model") slices = createSlices(command.memory, now, onModelWindow);
      else if (order === "fall-back") fallBack();
      else if (source === "own") judge(command.probability, command.end, windowLength, windowLength);
    }
  }

  return {
    obey(command) {
      try {
        take(command);
      } catch (cause) {
        // There was no memory for the model, for one.
        fail(String(cause), slices !== null || command.order === "model");
      }
    },
    get spokenUntil() {
      return times.spokenUntil;
    },
    push(isDear) {
      if (source === null) return;
      try {
        detect(isDear);
      } catch (cause) {
        fail(String(cause));
      }
    },
  };
}

/** Nothing is speech by these. */
const off: DetectionRules = {
  positiveThreshold: 1,
  negativeThreshold: 1,
  hangOverMs: 0,
  minimumSpeechMs: 0,
  bargeIn: "off",
};

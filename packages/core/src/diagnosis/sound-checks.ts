import { failureOf } from "./failure.js";
import { type Found, findMicrophone } from "./find-microphone.js";
import {
  autoplayFinding,
  detectorFinding,
  devicesFinding,
  type LevelSeen,
  microphoneFinding,
  permissionFinding,
  type SoundSeen,
} from "./findings.js";
import { labelOf, levelOf, loudestOf } from "./listen.js";
import { type Finding, ok, warning } from "./report.js";
import { type Scene, wait } from "./scene.js";

/** How long a slow device may take to start the sound, in ms. */
const startMs = 2000;

const ownPorts = 'The app\'s own ports are used (the option "audio").';
const withoutContext = "It could not be tried without an AudioContext.";
const switchedOff = "The sound is switched off (audioInput, audioOutput).";

/** What is looked at of the sound: in a session what that has open, else what is opened for the diagnosis. */
export class SoundChecks {
  readonly #scene: Scene;
  #found: Promise<Found> | null = null;
  #context: AudioContext | null = null;
  #sound: Promise<SoundSeen> | null = null;
  /** Gives the AudioContext back, and whatever stands on it. */
  #close: (() => Promise<void>) | null = null;

  constructor(scene: Scene) {
    this.#scene = scene;
    const { context } = scene.firstPage;
    if (context) this.#take(context);
  }

  /** Resolves when nothing is open any more. */
  async close(): Promise<void> {
    await this.#close?.().catch(() => {});
  }

  async permission(): Promise<Finding> {
    return permissionFinding(await this.#microphone());
  }

  async devices(): Promise<Finding> {
    const { model, options } = this.#scene;
    if (options.audio) return ok(ownPorts);
    if (!model.audioInput.isOn && !model.audioOutput.isOn) return ok(switchedOff);
    const { listInputDevices, listOutputDevices } = await this.#scene.firstPage.importAudio();
    const [microphones, loudspeakers] = await Promise.all([listInputDevices(), listOutputDevices()]);
    return devicesFinding({
      isMicrophoneWanted: model.audioInput.isOn && !options.mediaStream,
      microphones,
      loudspeakers,
      chosenMicrophone: model.audioInput.deviceId,
      chosenLoudspeaker: model.audioOutput.deviceId,
    });
  }

  async microphone(): Promise<Finding> {
    const found = await this.#microphone();
    return microphoneFinding(found, await this.#listen(found));
  }

  async autoplay(): Promise<Finding> {
    return autoplayFinding(await this.#soundSeen());
  }

  async worklet(): Promise<Finding> {
    const { options, over } = this.#scene;
    const sound = await this.#soundSeen();
    if (sound.type === "unused") return ok(sound.why);
    if (this.#isOpen) return ok("The session has loaded it.");
    const { createAudioPorts } = await this.#scene.firstPage.importAudio();
    if (!this.#context || over.aborted) return warning(withoutContext, "See the check autoplay.");
    const ports = createAudioPorts(this.#context, options, () => {});
    this.#close = () => ports.close();
    const nothing = () => {};
    const events = { onStarted: nothing, onUnderrun: nothing, onFinished: nothing, onInterrupted: nothing };
    await ports.audioOutput.start(events, over);
    return ok("It can be loaded.");
  }

  async detector(): Promise<Finding> {
    const { model } = this.#scene;
    const { enableVAD, vad, vadModelUrl, vadWorkletUrl } = model.settings;
    if (!enableVAD || !vad)
      return detectorFinding({ type: "unused", why: "Speech is not detected on the page (vad)." });
    const name = typeof vad === "string" ? vad : "the app's own detector";
    if (model.audioInput.status === "open") return detectorFinding(detectorOfSession(this.#scene, name));
    const sound = await this.#soundSeen();
    if (sound.type === "unused" || !model.audioInput.isOn)
      return detectorFinding({ type: "unused", why: "Nothing listens: the microphone is switched off (audioInput)." });
    if (!this.#context) return warning(withoutContext, "See the check autoplay.");
    const { loadDetector } = await this.#scene.firstPage.importAudio();
    try {
      await loadDetector(this.#context, {
        vad,
        ...(vadModelUrl && { modelUrl: vadModelUrl }),
        ...(vadWorkletUrl && { workletUrl: vadWorkletUrl }),
      });
      return detectorFinding({ type: "running", vad: name });
    } catch (cause) {
      return detectorFinding({ type: "failed", error: failureOf(cause) });
    }
  }

  #microphone(): Promise<Found> {
    this.#found ??= findMicrophone(this.#scene);
    return this.#found;
  }

  async #listen(found: Found): Promise<LevelSeen | null> {
    const { model, ports, over } = this.#scene;
    const isMuted = model.audioInput.muted !== null;
    if (found.type === "session" && ports) {
      const { audioInput } = ports;
      const isBlocked = model.isAudioBlocked;
      const loudest = isMuted || isBlocked ? 0 : await loudestOf(() => audioInput.level(), over);
      return { isMuted, isBlocked, loudest, label: labelOf(audioInput.stream) };
    }
    if (found.type !== "opened" || !("stream" in found)) return null;
    const isBlocked = (await this.#soundSeen()).type !== "running";
    const level = isBlocked || isMuted || !this.#context ? null : levelOf(found.stream, this.#context);
    return { isMuted, isBlocked, loudest: level ? await loudestOf(level, over) : 0, label: labelOf(found.stream) };
  }

  /** Whether the session has opened any sound. */
  get #isOpen(): boolean {
    const { audioInput, audioOutput } = this.#scene.model;
    return audioInput.status === "open" || audioOutput.status === "open";
  }

  #soundSeen(): Promise<SoundSeen> {
    this.#sound ??= this.#start();
    return this.#sound;
  }

  #take(context: AudioContext): void {
    this.#context = context;
    this.#close = () => context.close();
  }

  async #start(): Promise<SoundSeen> {
    const { model, options, over } = this.#scene;
    if (options.audio) return { type: "unused", why: ownPorts };
    if (this.#isOpen) return { type: model.isAudioBlocked ? "blocked" : "running" };
    if (!model.audioInput.isOn && !model.audioOutput.isOn) return { type: "unused", why: switchedOff };
    // Nobody would close one that is made late.
    const context = this.#context ?? (over.aborted ? null : createContext());
    if (!context) return { type: "absent" };
    this.#take(context);
    for (let ms = 0; context.state !== "running" && ms < startMs && !over.aborted; ms += 50) await wait(50, over);
    return { type: context.state === "running" ? "running" : "blocked" };
  }
}

function detectorOfSession({ model }: Scene, vad: string): Parameters<typeof detectorFinding>[0] {
  const { asked, isRunning, isBroken, failure } = model.detection;
  if (!asked)
    return { type: "unused", why: "Nothing is detected right now: the agent, or the mute, has no use for it." };
  if (isBroken || failure) return { type: "broken", isHeard: !isBroken };
  return isRunning ? { type: "running", vad } : { type: "unused", why: "The session is loading it right now." };
}

/** One that no gesture covers: where the session has the sound ready, and has not opened it. */
function createContext(): AudioContext | null {
  try {
    const context = new AudioContext();
    context.resume().catch(() => {});
    return context;
  } catch {
    // There is none, or there are too many of them.
    return null;
  }
}

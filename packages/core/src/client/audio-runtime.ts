import { type AudioSession, openCustomAudio } from "../audio/audio-session.js";
import { importAudio, openBrowserAudio } from "../audio/browser-audio.js";
import type { AudioInput, AudioInputFrame, AudioPorts, PlaybackPosition } from "../audio/ports.js";
import { asLayercodeError, LayercodeError } from "../errors.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import type { AudioRequest } from "./effects.js";
import type { ChannelName } from "./model.js";
import type { ClientEvent, PlayerReport } from "./reducer.js";

/** What the audio needs of the client. */
export interface AudioSurroundings {
  getOptions(): LayercodeClientOptions;
  dispatch(event: ClientEvent): void;
  onFrame(frame: AudioInputFrame): void;
  /** Fetches, for `prepare()`, the code that is not the audio's. */
  prepare(): Promise<unknown>;
}

/** Microphone and speaker at the edge: opened for a connection, kept over its reconnects, given up with the session. */
export class AudioRuntime {
  readonly #client: AudioSurroundings;
  #session: AudioSession | null = null;
  /** Audio of earlier connections that is still being given up. */
  #closing: Promise<unknown> = Promise.resolve();
  readonly #channels: Partial<Record<ChannelName, AbortController>> = {};

  constructor(client: AudioSurroundings) {
    this.#client = client;
  }

  /** The ports, while there are any. */
  get ports(): AudioPorts | null {
    return this.#session?.ready ?? null;
  }

  /** At once when the audio is there, so that a microphone is given back without delay; else as soon as it is. */
  use(act: (ports: AudioPorts) => void): void {
    if (this.ports) act(this.ports);
    // Ports that never came were reported where they were opened.
    else this.#session?.ports.then(act, () => {});
  }

  /** Synchronous up to the AudioContext: it is made in the gesture that led here. */
  openChannel(channel: ChannelName, id: number, deviceId: string | null): void {
    const { dispatch, onFrame } = this.#client;
    const controller = new AbortController();
    const { signal } = controller;
    this.#channels[channel] = controller;
    const failed = (error: unknown) =>
      dispatch({ type: "channelFailed", channel, id, error: asLayercodeError(error, "worklet-load") });
    const report = (type: PlayerReport) => (position: PlaybackPosition) =>
      dispatch({ type, channel: "audioOutput", id, position });
    const events = {
      onFrame: (frame: AudioInputFrame) => {
        if (!signal.aborted) onFrame(frame);
      },
      onEnded: failed,
      onSilent: (silent: boolean) => dispatch({ type: "microphoneSilent", channel: "audioInput", id, silent }),
      onStarted: (turnId: string) => dispatch({ type: "playbackStarted", channel: "audioOutput", id, turnId }),
      onUnderrun: report("playbackRanDry"),
      onFinished: report("playbackFinished"),
      // What the output still held was not heard.
      onInterrupted: (_: PlaybackPosition, heard: PlaybackPosition) => report("playbackInterrupted")(heard),
    };
    this.#open()
      .ports.then(async ({ audioInput, audioOutput }) => {
        if (channel === "audioOutput") await audioOutput.start(events, signal);
        else await audioInput.start(events, signal, { deviceId });
        dispatch({ type: "channelOpened", channel, id, deviceId: deviceOf(audioInput) });
      })
      .catch(failed);
  }

  closeChannel(channel: ChannelName): void {
    this.#channels[channel]?.abort();
    this.use((ports) => ports[channel].stop());
  }

  /** Synchronous up to the AudioContext: a gesture that led here is what lets it start. */
  ask(request: AudioRequest): void {
    const before = this.#session;
    const answer =
      request.type === "prepare"
        ? this.#prepare(request.withAudio)
        : request.type === "resumeAudio"
          ? before?.resume()
          : before?.ports.then((ports) => setDevice(ports, request.deviceId));
    const session = this.#session;
    const fallback = request.type === "prepare" ? "connection" : "output-unsupported";
    const told = (error?: LayercodeError) => this.#client.dispatch({ type: "audioAnswered", request, error });
    (answer ?? Promise.resolve()).then(
      () => told(),
      // What was given up meanwhile is nobody's error.
      (error) => told(session === this.#session ? asLayercodeError(error, fallback) : undefined),
    );
  }

  /** Resolves when the audio is gone, that of earlier connections included. */
  close(): Promise<unknown> {
    const session = this.#session;
    this.#session = null;
    if (session) this.#closing = Promise.allSettled([this.#closing, session.close()]);
    return this.#closing;
  }

  /** Fetches what a session needs; with the sound, also its AudioContext, where a gesture lets it start. */
  async #prepare(withAudio: boolean): Promise<void> {
    const { audio } = this.#client.getOptions();
    const opensAudio = withAudio && (audio || globalThis.navigator?.userActivation?.isActive);
    await Promise.all([opensAudio ? this.#open().ports : withAudio && importAudio(), this.#client.prepare()]);
  }

  #open(): AudioSession {
    this.#session ??= this.#create();
    return this.#session;
  }

  #create(): AudioSession {
    const options = this.#client.getOptions();
    if (options.audio) return openCustomAudio(options.audio);
    const session = openBrowserAudio(options, (blocked) => {
      if (this.#session === session) this.#client.dispatch({ type: "audioBlocked", blocked });
    });
    return session;
  }
}

/** Which microphone a port has open, where it tells. */
function deviceOf({ stream }: AudioInput): string | null {
  return stream?.getAudioTracks()[0]?.getSettings().deviceId ?? null;
}

async function setDevice({ audioOutput }: AudioPorts, deviceId: string | null): Promise<void> {
  if (audioOutput.setDevice) await audioOutput.setDevice(deviceId);
  else if (deviceId !== null)
    throw new LayercodeError("output-unsupported", 'The output of the option "audio" has no setDevice().');
}

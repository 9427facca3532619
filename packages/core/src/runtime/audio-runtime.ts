import { type AudioSession, openCustomAudio } from "../audio/audio-session.js";
import { importAudio, openBrowserAudio } from "../audio/browser-audio.js";
import type { AudioInput, AudioInputFrame, AudioPorts, PlaybackPosition, SpeechEvent } from "../audio/ports.js";
import type { PlayerReport } from "../conversation/player-reports.js";
import { asLayercodeError, LayercodeError, type LayercodeErrorCode } from "../errors.js";
import type { AudioRequest } from "../machine/channels/audio.js";
import type { ChannelName, DeviceRequest } from "../machine/channels/channel.js";
import type { ClientEvent } from "../machine/events.js";
import type { ResolvedOptions } from "../options/resolve.js";
import { reportListenerError } from "./listener-error.js";
import { Subscriptions } from "./subscriptions.js";

/** What the audio at the edge is constructed with. */
export interface AudioRuntimeOptions {
  getOptions(): ResolvedOptions;
  dispatch(event: ClientEvent): void;
  /** Fetches, for `prepare()`, the code that is not the audio's. */
  prepare(): Promise<unknown>;
}

/** What a device reports, without whose it is. */
type Report<E = Extract<ClientEvent, { id: number }>> = E extends unknown ? Omit<E, "channel" | "id"> : never;

/** Microphone and speaker at the edge: opened for a connection, kept over its reconnects, given up with the session. */
export class AudioRuntime {
  readonly #client: AudioRuntimeOptions;
  #session: AudioSession | null = null;
  /** Resolves when the current audio is given up. */
  #isGivenUp: Promise<void> | undefined;
  #giveUp = () => {};
  /** Audio of earlier connections that is still being given up. */
  #closing: Promise<unknown> = Promise.resolve();
  readonly #channels: Partial<Record<ChannelName, AbortController>> = {};
  /** Who hears the frames of the open microphone. */
  readonly frames = new Subscriptions<AudioInputFrame>();

  constructor(client: AudioRuntimeOptions) {
    this.#client = client;
  }

  /** The ports, while there are any. */
  get ports(): AudioPorts | null {
    return this.#session?.ready ?? null;
  }

  /** The time on the audio clock, in seconds; `undefined` without a microphone, and where a clock of the app's own throws. */
  now(): number | undefined {
    try {
      return this.ports?.audioInput.now();
    } catch (error) {
      reportListenerError(error);
      return undefined;
    }
  }

  /** At once when the audio is there, so that a microphone is given back without delay; else as soon as it is. */
  use(act: (ports: AudioPorts) => void): void {
    if (this.ports) act(this.ports);
    // Ports that could not be had were reported by the channel that asked for them.
    else this.#session?.ports.then(act, () => {});
  }

  /** Synchronous up to the AudioContext: it is made in the gesture that led here. */
  openChannel(channel: ChannelName, id: number, deviceId: string | null): void {
    const { dispatch } = this.#client;
    // A microphone that was lost is opened again without being closed: nothing of it is heard any more.
    this.#channels[channel]?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    this.#channels[channel] = controller;
    // What a device reports is of the channel that was opened on it, and of no later opening.
    const tell = (event: Report) => dispatch({ ...event, channel, id } as ClientEvent);
    const failed = (error: unknown) => tell({ type: "channelFailed", error: asLayercodeError(error, "worklet-load") });
    const report = (type: PlayerReport) => (position: PlaybackPosition) => tell({ type, position });
    const events = {
      onFrame: (frame: AudioInputFrame) => {
        if (!signal.aborted) this.frames.tell(frame);
      },
      onEnded: failed,
      onSilent: (silent: boolean) => tell({ type: "microphoneSilent", silent }),
      onSystemMute: (muted: boolean) => tell({ type: "microphoneMuted", muted }),
      onSpeech: (speech: SpeechEvent) => tell({ type: "speech", speech }),
      onDetectorFailed: (error: Error) => tell({ type: "detectorFailed", error }),
      onStarted: (turnId: string, silentMs?: number, time?: number) =>
        tell({ type: "playbackStarted", turnId, silentMs, time }),
      onQueueFull: (turnId: string) => tell({ type: "playerFull", turnId }),
      onUnderrun: report("playbackRanDry"),
      onFinished: report("playbackFinished"),
      // The heard position, not the rendered one: what the output still held was not heard.
      onInterrupted: (_: PlaybackPosition, heard: PlaybackPosition) => report("playbackInterrupted")(heard),
    };
    this.#open()
      .ports.then(async ({ audioInput, audioOutput }) => {
        if (channel === "audioOutput") await audioOutput.start(events, signal);
        else await audioInput.start(events, signal, { deviceId });
        const canSetDevice = audioInput.setDevice !== undefined;
        tell({ type: "channelOpened", deviceId: deviceOf(audioInput), canSetDevice });
      })
      .catch(failed);
  }

  closeChannel(channel: ChannelName): void {
    this.#channels[channel]?.abort();
    this.use((ports) => ports[channel].stop());
  }

  /** Synchronous up to the AudioContext: a gesture that led here is what lets it start. */
  ask(request: AudioRequest): void {
    const answer = request.type === "prepare" ? this.#prepare(request.withAudio) : this.#session?.resume();
    this.#tell(answer, "connection", (outcome) =>
      this.#client.dispatch({ type: "audioAnswered", request, ...outcome }),
    );
  }

  setDevice(request: DeviceRequest): void {
    const { channel, deviceId } = request;
    const session = this.#session;
    // Ports of the app's own may never answer.
    const asked = session?.ports.then(async (ports) => {
      const port = ports[channel];
      if (port.setDevice) await port.setDevice(deviceId);
      else if (deviceId !== null)
        throw new LayercodeError("output-unsupported", 'The option "audio" has no setDevice().');
    });
    const answer = Promise.race([asked, this.#isGivenUp]);
    this.#tell(answer, "output-unsupported", (outcome) => {
      // Of audio that was given up meanwhile it says nothing. A speaker does not tell its device: it is the one asked for.
      const ports = session === this.#session && this.ports;
      const known = ports && { deviceId: channel === "audioInput" ? deviceOf(ports.audioInput) : deviceId };
      this.#client.dispatch({ type: "deviceAnswered", channel, request, ...known, ...outcome });
    });
  }

  /** Resolves when the audio of the sessions that are over is gone: nothing more is heard of it. */
  get closed(): Promise<unknown> {
    return this.#closing;
  }

  /** Resolves when the audio is gone, that of earlier connections included. */
  close(): Promise<unknown> {
    const session = this.#session;
    this.#session = null;
    this.#giveUp();
    // What they resolve with is let go: each would hold that of all before it.
    if (session) this.#closing = Promise.allSettled([this.#closing, session.close()]).then(() => {});
    return this.#closing;
  }

  /** Reports how a request ended; one whose audio was given up meanwhile has not failed. */
  #tell(
    answer: Promise<unknown> = Promise.resolve(),
    fallback: LayercodeErrorCode,
    tell: (outcome: { error?: LayercodeError }) => void,
  ): void {
    const session = this.#session;
    answer.then(
      () => tell({}),
      (error) => tell(session === this.#session ? { error: asLayercodeError(error, fallback) } : {}),
    );
  }

  /** Fetches what a session needs; with the sound, also its AudioContext, where a gesture lets it start. */
  async #prepare(withAudio: boolean): Promise<void> {
    const { audio } = this.#client.getOptions();
    const opensAudio = withAudio && (audio || globalThis.navigator?.userActivation?.isActive);
    await Promise.all([opensAudio ? this.#open().ports : withAudio && importAudio(), this.#client.prepare()]);
  }

  #open(): AudioSession {
    if (!this.#session) {
      this.#session = this.#create();
      this.#isGivenUp = new Promise((resolve) => {
        this.#giveUp = resolve;
      });
    }
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

import type { Deferred } from "./deferred.js";
import { changeDevice, type DeviceChange } from "./device-change.js";

/** A place in a turn. */
export interface FakePlaybackPosition {
  turnId: string;
  /** The last whole delta before it. */
  deltaId: string | null;
  /** Milliseconds of the turn's audio. */
  ms: number;
  /** What the turn has cost: milliseconds that were stretched, and concealed. */
  stretchedMs?: number;
  concealedMs?: number;
}

/** What a client hears of its speaker; a test calls these to say how playing goes. */
export interface FakeSpeakerEvents {
  onStarted(turnId: string, silentMs?: number, time?: number): void;
  onUnderrun(position: FakePlaybackPosition): void;
  onFinished(position: FakePlaybackPosition): void;
  onQueueFull?(turnId: string): void;
  onInterrupted(position: FakePlaybackPosition, heard: FakePlaybackPosition): void;
}

/** A speaker that plays nothing by itself: it keeps what it was told, and a test reports by `events` what was heard. */
export class FakeSpeaker {
  live = false;
  /** Those of the newest start. */
  events: FakeSpeakerEvents | null = null;
  /** Those of every start, the newest last. */
  readonly starts: FakeSpeakerEvents[] = [];
  /** What a start waits for; `null`: it opens at once. */
  opening: Deferred<void> | null = null;
  /** What the client told it, in order: `enqueue <turn> <delta> <bytes>`, `end <turn>`, `interrupt`, `stop`. */
  readonly done: string[] = [];
  /** The last volume that was set, 0..1; NaN before. */
  volume = NaN;
  /** What `level()` returns: RMS, 0..1. */
  loudness = 0;
  /** Every `setDevice()`, the newest last; a test decides how each ends. */
  readonly devices: DeviceChange[] = [];

  async start(events: FakeSpeakerEvents, signal: AbortSignal): Promise<void> {
    this.events = events;
    this.starts.push(events);
    await this.opening?.promise;
    if (!signal.aborted) this.live = true;
  }
  stop(): void {
    this.live = false;
    this.done.push("stop");
  }
  enqueue(pcm: Uint8Array, of: { turnId: string; deltaId: string | null }): void {
    this.done.push(`enqueue ${of.turnId} ${of.deltaId} ${pcm.length}`);
  }
  end(turnId: string): void {
    this.done.push(`end ${turnId}`);
  }
  interrupt(): void {
    this.done.push("interrupt");
  }
  level(): number {
    return this.loudness;
  }
  setVolume(volume: number): void {
    this.volume = volume;
  }
  setDevice(deviceId: string | null): Promise<void> {
    return changeDevice(this.devices, deviceId);
  }

  /** A place in a turn, for a report by `events`. */
  at(turnId: string, deltaId: string | null = null, ms = 100): FakePlaybackPosition {
    return { turnId, deltaId, ms };
  }
}

/**
 * A speaker that also pauses, resumes and ducks. A class of its own: a client treats ports by the methods they have.
 * Its `done` holds every call in one order, `pause`, `resume`, `duck <gain>`, `volume <volume>` and `device <id>` too.
 */
export class FakePausableSpeaker extends FakeSpeaker {
  /** Whether it is held: what is queued does not play. A microphone beside it may pause it by itself: a test sets this. */
  isPaused = false;
  /** The gain that `duck()` set last, 0..1. */
  gain = 1;

  override async start(events: FakeSpeakerEvents, signal: AbortSignal): Promise<void> {
    this.isPaused = false;
    this.gain = 1;
    await super.start(events, signal);
  }
  override interrupt(): void {
    super.interrupt();
    this.isPaused = false;
  }
  pause(): void {
    this.isPaused = true;
    this.done.push("pause");
  }
  resume(): void {
    this.isPaused = false;
    this.done.push("resume");
  }
  /** `gain`: 0..1, on top of the volume. */
  duck(gain: number): void {
    this.gain = gain;
    this.done.push(`duck ${gain}`);
  }
  override setVolume(volume: number): void {
    super.setVolume(volume);
    this.done.push(`volume ${volume}`);
  }
  override setDevice(deviceId: string | null): Promise<void> {
    this.done.push(`device ${deviceId}`);
    return super.setDevice(deviceId);
  }
}

/** A speaker that tells how it plays: what a test says. */
export class FakeMeasuringSpeaker extends FakeSpeaker {
  /** What it answers; `null`: it is stopped. */
  playout: { bufferedMs: number; stretchedMs: number; concealedMs: number } | null = null;

  stats(): Promise<{ bufferedMs: number; stretchedMs: number; concealedMs: number } | null> {
    return Promise.resolve(this.playout);
  }
}

/** A speaker that tells where it is: where a test put it. */
export class FakePositionedSpeaker extends FakeSpeaker {
  /** How far what plays was heard; `null`: nothing plays. */
  heard: FakePlaybackPosition | null = null;
  /** How often it was asked. */
  questions = 0;

  position(): Promise<{ rendered: FakePlaybackPosition; heard: FakePlaybackPosition } | null> {
    this.questions++;
    const { heard } = this;
    // The output holds 20 ms.
    return Promise.resolve(heard && { rendered: { ...heard, ms: heard.ms + 20 }, heard });
  }
}

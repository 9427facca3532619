import type { AudioEngine } from "./audio-engine";
import { aborted } from "./errors";
import type { PlaybackPosition } from "./playback/timeline";
import type { PlayerCommand, PlayerOptions, PlayerReport } from "./worklets/messages";
import { playerName } from "./worklets/messages";

export interface SpeakerOptions {
  engine: AudioEngine;
  /** Rate of the PCM16 that is enqueued, in Hz. Default 16000. */
  sampleRate?: number;
}

export interface SpeakerEvents {
  /** A sample of the turn was rendered, after silence or after another turn. */
  onStarted(turnId: string): void;
  /** The queue ran dry and the turn was not ended: more may come. */
  onUnderrun(position: PlaybackPosition): void;
  /** Everything of an ended turn was rendered. */
  onFinished(position: PlaybackPosition): void;
  /** What `interrupt()` cut, once per interruption of a queue that was not empty. */
  onInterrupted(position: PlaybackPosition): void;
}

/** A speaker for PCM16, mono. */
export interface Speaker {
  /** Loads what playing needs; on a blocked engine sound waits until it runs. Rejects with an `AudioError`, `aborted` after the signal, `stop()` or another `start()`. */
  start(events: SpeakerEvents, signal?: AbortSignal): Promise<void>;
  /** Fades out in 5 ms and drops everything, without a word. */
  stop(): void;
  /**
   * Queues PCM16 little-endian bytes of any length behind what is queued; an odd byte waits for the next ones of its
   * turn. What is enqueued while `start` is under way plays when it is done. The queue holds ten minutes; what is
   * beyond them is refused.
   */
  enqueue(pcm: Uint8Array, of: { turnId: string; deltaId: string | null }): void;
  /** No more audio will come for the turn. */
  end(turnId: string): void;
  /** Fades out in 5 ms and drops the queue; what is enqueued afterwards plays. */
  interrupt(): void;
  /** RMS of the last 20 ms, 0..1. */
  level(): number;
}

/** One start and all that belongs to it; whatever comes from another than the current one is ignored. */
interface Session {
  post(command: PlayerCommand, transfer: Transferable[]): void;
  stop(): void;
  level: number;
}

/** Makes a speaker on an engine. */
export function createSpeaker({ engine, sampleRate = 16000 }: SpeakerOptions): Speaker {
  let current: Session | null = null;
  let oddByte: { turnId: string; value: number } | null = null;

  function stop(): void {
    const session = current;
    current = null;
    oddByte = null;
    session?.stop();
  }

  function start(events: SpeakerEvents, signal?: AbortSignal): Promise<void> {
    stop();
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(aborted("Starting the speaker", signal.reason));
      const waiting: [PlayerCommand, Transferable[]][] = [];
      const session: Session = {
        level: 0,
        post: (command, transfer) => waiting.push([command, transfer]),
        stop: () => reject(aborted("Starting the speaker", signal?.reason)),
      };
      current = session;
      const cancel = () => current === session && stop();
      signal?.addEventListener("abort", cancel, { once: true });

      const open = () => {
        if (current !== session) return;
        if (engine.context.state === "closed") throw aborted("Starting the speaker");
        const node = createNode(engine, { sampleRate }, (report) => hear(session, events, report));
        session.post = (command, transfer) => node.port.postMessage(command, transfer);
        session.stop = () => {
          signal?.removeEventListener("abort", cancel);
          engine.holdOpen(closeNode(node));
        };
        for (const [command, transfer] of waiting) session.post(command, transfer);
        resolve();
      };
      engine
        .load()
        .then(open)
        .catch((error) => {
          reject(error);
          cancel();
        });
    });
  }

  function hear(session: Session, events: SpeakerEvents, report: PlayerReport): void {
    if (current !== session) return;
    switch (report.type) {
      case "started":
        return events.onStarted(report.turnId);
      case "underrun":
        return events.onUnderrun(report.position);
      case "finished":
        return events.onFinished(report.position);
      case "interrupted":
        return events.onInterrupted(report.position);
      case "level":
        session.level = report.level;
    }
  }

  function enqueue(bytes: Uint8Array, { turnId, deltaId }: { turnId: string; deltaId: string | null }): void {
    if (current === null) return;
    const offset = oddByte?.turnId === turnId ? 1 : 0;
    const length = offset + bytes.length;
    // A fresh copy: it is given away to the audio thread, and an Int16Array cannot begin at an odd address.
    const joined = new Uint8Array(length + (length % 2));
    joined[0] = oddByte?.value ?? 0;
    joined.set(bytes, offset);
    oddByte = length % 2 === 0 ? null : { turnId, value: joined[length - 1] as number };
    const pcm = new Int16Array(joined.buffer, 0, length >> 1);
    current.post({ type: "enqueue", pcm, turnId, deltaId }, [pcm.buffer]);
  }

  return {
    start,
    stop,
    enqueue,
    end(turnId) {
      if (oddByte?.turnId === turnId) oddByte = null;
      current?.post({ type: "end", turnId }, []);
    },
    interrupt() {
      oddByte = null;
      current?.post({ type: "interrupt" }, []);
    },
    level: () => current?.level ?? 0,
  };
}

function createNode(
  { context, output }: AudioEngine,
  options: PlayerOptions,
  hear: (report: PlayerReport) => void,
): AudioWorkletNode {
  const node = new AudioWorkletNode(context, playerName, {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: options,
  });
  node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => hear(data);
  node.connect(output);
  return node;
}

// It stays connected for the 5 ms in which it falls silent: cut off in mid-speech it would click.
function closeNode(node: AudioWorkletNode): Promise<void> {
  return new Promise((resolve) => {
    node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
      if (data.type !== "closed") return;
      node.port.onmessage = null;
      node.disconnect();
      resolve();
    };
    node.port.postMessage({ type: "close" } satisfies PlayerCommand);
  });
}

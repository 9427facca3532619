import type { AudioEngine } from "./audio-engine.js";
import { createMonitor, type Monitor } from "./monitor.js";
import type { PlayoutStats } from "./playback/playback.js";
import type { PlaybackPositions } from "./playback/position.js";
import { addSource, rendered } from "./sound-sources.js";
import { type PlayerCommand, type PlayerOptions, type PlayerReport, playerName } from "./worklets/messages.js";

/** Where the player is, and how it plays; `positions` is `null` before the first turn. */
export interface PlayerAnswer {
  positions: PlaybackPositions | null;
  stats: PlayoutStats;
}

/** The node of the player's worklet, connected to the engine's output. */
export interface PlayerNode {
  /** The samples of `enqueue` are transferred. */
  post(command: PlayerCommand): void;
  /**
   * Asks where it is, the rendered and the heard position `latency` seconds apart, and how it plays; `null` if closed
   * meanwhile.
   */
  ask(latency: number): Promise<PlayerAnswer | null>;
  /** Level and spectrum of what it plays; made at the first access. */
  readonly monitor: Monitor;
  /** Fades out in 5 ms, then disconnects and resolves. Until then it goes on reporting. */
  close(): Promise<void>;
}

/** Makes a node; `onReport` gets every report except the answers to `position` and `close`. */
export function createPlayerNode(
  engine: AudioEngine,
  options: PlayerOptions,
  onReport: (report: PlayerReport) => void,
): PlayerNode {
  const node = new AudioWorkletNode(engine.context, playerName, {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: options,
  });
  let monitor: Monitor | null = null;
  const asking: ((answer: PlayerAnswer | null) => void)[] = [];
  let closed = () => {};
  const post = (command: PlayerCommand) =>
    node.port.postMessage(command, command.type === "enqueue" ? [command.pcm.buffer] : []);
  node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
    if (data.type === "position") asking.shift()?.(data);
    else if (data.type === "closed") closed();
    else onReport(data);
  };
  node.connect(engine.output);
  const silenced = addSource(engine, node, rendered);
  return {
    post,
    ask(latency) {
      post({ type: "position", latency });
      return new Promise((resolve) => asking.push(resolve));
    },
    get monitor() {
      monitor ??= createMonitor(node);
      return monitor;
    },
    // It stays connected until it has faded out: a disconnected node falls silent at once, which clicks.
    close() {
      for (const answer of asking.splice(0)) answer(null);
      return new Promise((resolve) => {
        closed = () => {
          node.disconnect();
          silenced();
          resolve();
        };
        post({ type: "close" });
      });
    },
  };
}

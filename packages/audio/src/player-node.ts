import type { AudioEngine } from "./audio-engine.js";
import { createMonitor, type Monitor } from "./monitor.js";
import type { PlaybackPositions } from "./playback/position.js";
import { type PlayerCommand, type PlayerOptions, type PlayerReport, playerName } from "./worklets/messages.js";

/** The node of the player's worklet, connected to the engine's output. */
export interface PlayerNode {
  post(command: PlayerCommand, transfer?: Transferable[]): void;
  /** Asks where playing stands, `latency` seconds from rendered to heard; `null` if it is closed meanwhile. */
  position(latency: number): Promise<PlaybackPositions | null>;
  /** What it plays; listened to from the first look on. */
  readonly monitor: Monitor;
  /** Falls silent in 5 ms, then disconnects and resolves. Until then it reports. */
  close(): Promise<void>;
}

/** Makes a node; `hear` gets what it reports, but for the answers to `position`. */
export function createPlayerNode(
  engine: AudioEngine,
  options: PlayerOptions,
  hear: (report: PlayerReport) => void,
): PlayerNode {
  const node = new AudioWorkletNode(engine.context, playerName, {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: options,
  });
  let monitor: Monitor | null = null;
  let asking: ((positions: PlaybackPositions | null) => void)[] = [];
  const post = (command: PlayerCommand, transfer: Transferable[] = []) => node.port.postMessage(command, transfer);
  node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
    if (data.type === "position") asking.shift()?.(data.positions);
    else hear(data);
  };
  node.connect(engine.output);
  return {
    post,
    position(latency) {
      post({ type: "position", latency });
      return new Promise((resolve) => asking.push(resolve));
    },
    get monitor() {
      monitor ??= createMonitor(node);
      return monitor;
    },
    // It stays connected for the 5 ms in which it falls silent: cut off in mid-speech it would click.
    close() {
      for (const answer of asking) answer(null);
      asking = [];
      monitor?.close();
      return new Promise((resolve) => {
        node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
          if (data.type !== "closed") return hear(data);
          node.port.onmessage = null;
          node.disconnect();
          resolve();
        };
        post({ type: "close" });
      });
    },
  };
}

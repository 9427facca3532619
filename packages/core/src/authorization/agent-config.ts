import type { AgentConfig } from "./schema.js";

/** An agent's configuration with every value decided. */
export interface ResolvedAgentConfig {
  /** Whether the agent listens only while a button is pressed. */
  pushToTalk: boolean;
  /** Whether speech interrupts the agent. */
  canInterrupt: boolean;
  vad: {
    enabled: boolean;
    /** Whether microphone audio waits for speech. */
    gateAudio: boolean;
    /** How much audio from before the speech is sent with it, ms. */
    preRollMs: number;
    /** Probability from which on it is speech. */
    enterThreshold: number;
    /** Probability below which speech may have ended. */
    leaveThreshold: number;
    /** How long speech goes on after the last frame of it, ms. */
    hangoverMs: number;
    /** Fewer frames of speech than this were a misfire. */
    minSpeechFrames: number;
  };
}

const defaultFrameSamples = 512;
const samplesPerMs = 16;
const chunkMs = 100;
// A server may ask for any number; memory is bounded.
const maxPreRollMs = 10_000;
const maxHangoverMs = 10_000;

/**
 * Decides what a configuration leaves open: speech opens turns and interrupts, the microphone waits for speech, 1 s of
 * pre-roll, speech from .35 to .2 with 1400 ms of hang-over (what Layercode's own client does; protocol.md §1).
 */
export function resolveAgentConfig(config: AgentConfig | undefined): ResolvedAgentConfig {
  const { transcription = {}, vad = {} } = config ?? {};
  const frameMs = (vad.frame_samples || defaultFrameSamples) / samplesPerMs;
  const enterThreshold = Math.min(vad.positive_speech_threshold ?? 0.35, 1);
  const padMs = (vad.pre_speech_pad_frames ?? 0) * frameMs;
  return {
    pushToTalk: transcription.trigger === "push_to_talk",
    canInterrupt: transcription.can_interrupt ?? true,
    vad: {
      enabled: vad.enabled ?? true,
      gateAudio: vad.gate_audio ?? true,
      preRollMs: Math.min((vad.buffer_frames ?? 10) * chunkMs + padMs, maxPreRollMs),
      enterThreshold,
      // Leaving above the way in would end speech as it starts.
      leaveThreshold: Math.min(vad.negative_speech_threshold ?? 0.2, enterThreshold),
      hangoverMs: vad.redemption_frames === undefined ? 1400 : Math.min(vad.redemption_frames * frameMs, maxHangoverMs),
      minSpeechFrames: vad.min_speech_frames ?? 2,
    },
  };
}

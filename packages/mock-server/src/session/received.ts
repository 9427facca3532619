import { encodeWav } from "@layercode/browser-testing/wav";
import { base64ToPcm, concatenate, microphoneRate } from "../pcm.js";
import type { ReceivedMessage } from "./messages.js";
import type { MessageRecord, Recorded } from "./record.js";

/** What a client wrote on one connection. */
export interface Received {
  /** Every readable message, the last ten minutes of audio among them. */
  readonly messages: readonly Recorded<ReceivedMessage>[];
  /** All `client.audio` of those messages: PCM16, 8000 Hz. Decoded when it is read. */
  readonly audio: Int16Array;
  /** Frames that could not be read, and why; the last 1000. */
  readonly faults: readonly { at: number; error: Error }[];
  /** The same audio as the bytes of a WAV file: mono, PCM16, 8000 Hz. */
  wav(): Uint8Array;
}

/** The record as tests read it. */
export function receivedView(record: MessageRecord<ReceivedMessage>, faults: Received["faults"]): Received {
  const view: Received = {
    faults,
    get messages() {
      return record.messages;
    },
    get audio() {
      const pieces = record.messages.flatMap(({ message }) => {
        const pcm = message.type === "client.audio" ? base64ToPcm(message.content) : null;
        return pcm ? [pcm] : [];
      });
      return concatenate(pieces);
    },
    wav: () => encodeWav({ samples: view.audio, sampleRate: microphoneRate }),
  };
  return view;
}

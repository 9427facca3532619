/** Turns chunks of bytes into 16-bit samples, turn by turn. A chunk may end in the middle of a sample. */
export interface TurnBytes {
  /**
   * The next bytes of a turn, as whole samples; an odd byte waits for the next ones. `byteOffset`: where in the turn
   * they begin.
   */
  append(bytes: Uint8Array, turnId: string): { pcm: Int16Array<ArrayBuffer>; byteOffset: number };
  /** No more bytes will come for the turn: drops an odd byte. */
  end(turnId: string): void;
  /** The turn was interrupted: drops an odd byte, because the next bytes do not continue the sample. */
  cut(): void;
}

const none = new Uint8Array();

/** Starts without a turn. */
export function createTurnBytes(): TurnBytes {
  let turn: string | null = null;
  let received = 0;
  let oddByte = none;
  return {
    append(bytes, turnId) {
      if (turnId !== turn) {
        turn = turnId;
        received = 0;
        oddByte = none;
      }
      const length = oddByte.length + bytes.length;
      // Copied, because the buffer is transferred to the audio thread, and an Int16Array cannot begin at an odd offset.
      const joined = new Uint8Array(length + (length % 2));
      joined.set(oddByte);
      joined.set(bytes, oddByte.length);
      const byteOffset = received - oddByte.length;
      oddByte = joined.slice(length - (length % 2), length);
      received += bytes.length;
      return { pcm: new Int16Array(joined.buffer, 0, length >> 1), byteOffset };
    },
    end(turnId) {
      if (turnId === turn) oddByte = none;
    },
    cut() {
      oddByte = none;
    },
  };
}

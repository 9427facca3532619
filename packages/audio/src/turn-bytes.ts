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

/** Starts without a turn. */
export function createTurnBytes(): TurnBytes {
  let turn: string | null = null;
  let received = 0;
  let oddByte: number | null = null;
  return {
    append(bytes, turnId) {
      if (turnId !== turn) {
        turn = turnId;
        received = 0;
        oddByte = null;
      }
      const carried = oddByte === null ? 0 : 1;
      const length = carried + bytes.length;
      // Copied, because the buffer is transferred to the audio thread, and an Int16Array cannot begin at an odd offset.
      const joined = new Uint8Array(length + (length % 2));
      joined[0] = oddByte ?? 0;
      joined.set(bytes, carried);
      oddByte = length % 2 === 0 ? null : (joined[length - 1] as number);
      const byteOffset = received - carried;
      received += bytes.length;
      return { pcm: new Int16Array(joined.buffer, 0, length >> 1), byteOffset };
    },
    end(turnId) {
      if (turnId === turn) oddByte = null;
    },
    cut() {
      oddByte = null;
    },
  };
}

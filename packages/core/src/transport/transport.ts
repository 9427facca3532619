/** A connection that carries text frames. It knows nothing of what they say. */
export interface Transport {
  /** Writes one text frame. Returns whether it did: not when the connection is no longer open. */
  send(text: string): boolean;
  /** Bytes that were written and wait for the network. */
  readonly unsentBytes: number;
  /** Bytes that were written and that the network has taken. */
  readonly sentBytes: number;
  /** Closes cleanly. Nothing is heard of the connection afterwards. */
  close(): void;
}

/** Why a connection ended. */
export interface TransportClose {
  /** WebSocket close code; 1006 when there was none. */
  code: number;
  reason: string;
  wasClean: boolean;
}

/** What a connection was opened with, for the error of one that does not open. */
export interface Dialled {
  /** Without its query, which holds the key. */
  url: string;
  /** Whether the key is one of the mock server's. */
  hasMockKey: boolean;
}

/** What a connection tells. */
export interface TransportEvents {
  onOpen(): void;
  /** What one frame carried: a string, or of a binary frame the object that the platform makes of it. */
  onMessage(data: unknown): void;
  /** The other side closed, or the network did; the last event. */
  onClose(close: TransportClose): void;
}

import { passGate } from "../audio/gate.js";
import type { AudioInput, AudioInputFrame } from "../audio/ports.js";
import { Uplink } from "../audio/uplink.js";
import { asLayercodeError } from "../errors.js";
import { defaultUrl, type LayercodeClientOptions } from "../options/layercode-client-options.js";
import { encodeBase64 } from "../protocol/base64.js";
import type { ClientMessage } from "../protocol/client-messages.js";
import { readFrame, serialize } from "../protocol/codec.js";
import type { Transport, TransportClose } from "../transport/transport.js";
import { openWebSocket, sessionUrl } from "../transport/websocket.js";
import type { Model } from "./model.js";
import type { ClientEvent } from "./reducer.js";

/** The socket at the edge: what is read from it and written to it, the microphone's frames included. */
export class ConnectionRuntime {
  readonly #getOptions: () => LayercodeClientOptions;
  readonly #getModel: () => Model;
  readonly #dispatch: (event: ClientEvent) => void;
  #transport: Transport | null = null;
  readonly #uplink = new Uplink();

  constructor(getOptions: () => LayercodeClientOptions, getModel: () => Model, dispatch: (event: ClientEvent) => void) {
    this.#getOptions = getOptions;
    this.#getModel = getModel;
    this.#dispatch = dispatch;
  }

  open(attempt: number, clientSessionKey: string): void {
    const { url = defaultUrl, WebSocket } = this.#getOptions();
    const events = {
      onOpen: () => this.#dispatch({ type: "socketOpened", attempt }),
      onMessage: (text: string) => this.#dispatch({ type: "socketMessage", attempt, ...readFrame(text) }),
      onClose: (close: TransportClose) => this.#dispatch({ type: "socketClosed", attempt, ...close }),
    };
    try {
      this.#transport = openWebSocket(sessionUrl(url, clientSessionKey), events, WebSocket);
    } catch (error) {
      this.#dispatch({ type: "connectFailed", attempt, error: asLayercodeError(error, "connection") });
    }
  }

  close(): void {
    this.#transport?.close();
    this.#transport = null;
  }

  send(message: ClientMessage): void {
    // A connection that is closing takes nothing, and has not said so yet.
    if (this.#transport && !this.#transport.send(serialize(message))) this.#dispatch({ type: "unsent", message });
  }

  /** Writes a frame of the microphone if it may leave; while the connection is being mended, it waits. */
  sendAudio(frame: AudioInputFrame): void {
    const model = this.#getModel();
    const pcm = passGate(model, frame);
    // Nothing that waits may leave through a gate that has shut.
    if (!pcm) return this.#uplink.clear();
    if (pcm.length === 0) return;
    const isFirstLoss = this.#uplink.push(pcm, this.#unsentBytes);
    if (model.state.status !== "connected") return;
    if (isFirstLoss) this.#dispatch({ type: "uplinkCongested" });
    this.#writeAudio(this.#unsentBytes);
  }

  /** Writes all that was said in a press, the tail that the microphone still holds included. */
  flush(audioInput: AudioInput | undefined, press: number): void {
    const done = () => {
      // The tail belongs to the turn, also on a network that is behind.
      this.#writeAudio(Number.NEGATIVE_INFINITY);
      this.#dispatch({ type: "flushed", press });
    };
    audioInput?.flush().then(done, done);
  }

  /** Forgets the microphone's frames that wait. */
  clearAudio(): void {
    this.#uplink.clear();
  }

  get #unsentBytes(): number {
    return this.#transport?.unsentBytes ?? 0;
  }

  #writeAudio(unsentBytes: number): void {
    for (const pcm of this.#uplink.take(unsentBytes))
      this.send({
        type: "client.audio",
        content: encodeBase64(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)),
      });
  }
}

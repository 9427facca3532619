import { FrameQueue } from "../audio/frame-queue.js";
import { type GateState, type GateVerdict, judgeFrame } from "../audio/gate.js";
import type { AudioInputFrame } from "../audio/ports.js";
import { Uplink } from "../audio/uplink.js";
import { gateOf } from "../machine/gate-state.js";
import { encodeBase64 } from "../protocol/base64.js";
import type { Transport } from "../transport/transport.js";
import type { Measurements, MeasurementsOptions } from "./measurements.js";

/** The microphone's way to the socket: what the gate lets through, in order, as fast as the network takes it. */
export class MicrophonePath {
  readonly uplink = new Uplink();
  /** What was said before the agent's configuration was there: it says whether that may leave. */
  readonly #undecided = new FrameQueue();
  /** What was heard while nobody spoke: it goes ahead of speech. */
  readonly #preRoll = new FrameQueue();
  readonly #client: MeasurementsOptions;
  readonly #measurements: Measurements;
  readonly #write: (content: string) => void;

  /** `write`: puts a frame, as base64, on the wire. */
  constructor(client: MeasurementsOptions, measurements: Measurements, write: (content: string) => void) {
    this.#client = client;
    this.#measurements = measurements;
    this.#write = write;
  }

  /** Takes a frame in, and writes what may leave on the socket of that attempt. */
  take(frame: AudioInputFrame, transport: Transport | null, attempt: number): void {
    this.#measurements.captured(frame);
    const gate = gateOf(this.#client.getModel());
    const judged = this.#judge(gate, frame);
    const { verdict, limit } = judged;
    // Nothing that is held may leave through a gate that has shut.
    if (verdict === "shut") return this.discard();
    if (verdict === "undecided") return void this.#undecided.push(frame, limit);
    // In silence, too, what waits for a network that is behind is written.
    const socket = gate.status === "connected" ? transport : null;
    const isDead = socket !== null && this.uplink.look(socket, performance.now());
    for (let early = this.#undecided.shift(); early; early = this.#undecided.shift())
      this.#admit(gate, early, this.#judge(gate, early));
    if (verdict === "silence") this.#preRoll.push(frame, limit);
    else {
      // Without a time: this waited for speech, and says nothing of how long sending takes.
      for (let early = this.#preRoll.shift(); early; early = this.#preRoll.shift())
        this.#admit(gate, { ...early, time: NaN }, { ...judged, pcm: early.pcm });
      this.#admit(gate, frame, judged);
    }
    if (socket) this.write(this.uplink.take(socket));
    if (isDead) this.#client.dispatch({ type: "uplinkStalled", attempt });
  }

  /** Puts frames on the wire, whatever the gate and the network are like. */
  write(frames: readonly AudioInputFrame[]): void {
    for (const frame of frames) {
      const { pcm } = frame;
      this.#measurements.wrote(frame);
      this.#write(encodeBase64(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength)));
    }
  }

  discard(): void {
    this.uplink.clear();
    this.#undecided.clear();
    this.#preRoll.clear();
  }

  #judge(gate: GateState, frame: AudioInputFrame): GateVerdict {
    return judgeFrame(gate, frame, this.#client.getOptions().preConnectBuffer);
  }

  #admit(gate: GateState, frame: AudioInputFrame, { verdict, pcm, limit }: GateVerdict): void {
    if (pcm.length === 0) return;
    const { dropped, isFirstLoss } = this.uplink.push({ ...frame, pcm }, limit);
    this.#measurements.traffic.samples.dropped += dropped;
    // Of what was said in a gap, only the end is to be sent.
    if (isFirstLoss && (verdict === "pass" || gate.press)) this.#client.dispatch({ type: "uplinkCongested" });
  }
}

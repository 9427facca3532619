import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerMessage, ToolOutcome } from "@layercode/core/protocol";
import { durationOf, pcmToBase64, speakerRate } from "../pcm.js";
import type { ConversationContext, Turn } from "../scenarios/scenario.js";
import { splitSentences } from "../speech/sentences.js";
import type { Voice } from "../speech/voice.js";
import { checkSpeech } from "../speech-length.js";
import { waitBeforeAudio } from "./pacing.js";

const chunkSamples = speakerRate / 10;

/** What a reply tells the conversation it belongs to. */
export interface ReplyEvents {
  send(message: ServerMessage): void;
  /** Before the first message: the agent takes the floor. */
  onOpened(): void;
  onAudio(deltaId: string, durationMs: number): void;
  onSaid(text: string): void;
  /** The page's answer to the call of this id. Rejects when the signal fires. */
  toolResult(callId: string, signal: AbortSignal): Promise<ToolOutcome>;
}

/** One turn of the agent on its way to the client. */
export class Reply implements Turn {
  readonly turnId: string;
  readonly conversation: ConversationContext;
  readonly #voice: Voice;
  readonly #events: ReplyEvents;
  readonly #abort = new AbortController();
  #opened = false;
  #hasText = false;
  #hasCalledTool = false;
  #deltas = 0;
  #sentMs = 0;
  #firstAudioAt = 0;
  #speaking: Promise<void> = Promise.resolve();

  constructor(turnId: string, conversation: ConversationContext, voice: Voice, events: ReplyEvents) {
    this.turnId = turnId;
    this.conversation = conversation;
    this.#voice = voice;
    this.#events = events;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get opened(): boolean {
    return this.#opened;
  }

  get hasCalledTool(): boolean {
    return this.#hasCalledTool;
  }

  /** The user interrupted, or the connection is gone. */
  abort(): void {
    this.#abort.abort();
  }

  /** Resolves when also what a hook did not wait for is sent, or interrupted. */
  async spoken(): Promise<void> {
    for (let last: unknown; last !== this.#speaking; ) {
      last = this.#speaking;
      await last;
    }
  }

  /** All is said. */
  end(): void {
    if (this.#opened && !this.signal.aborted) this.#events.send({ type: "response.end", turn_id: this.turnId });
  }

  say(text: string): Promise<void> {
    checkSpeech(text);
    this.text(text);
    // A hook may call `say()` twice without awaiting: queue the second behind the first.
    return this.#next(async () => {
      const sentences = splitSentences(text);
      let upcoming = this.#synthesize(sentences[0]);
      for (let i = 0; i < sentences.length; i++) {
        const pcm = await upcoming;
        upcoming = this.#synthesize(sentences[i + 1]);
        await this.#play(pcm);
      }
    });
  }

  text(text: string): void {
    this.#open();
    // Clients join the chunks of one turn without a separator: begin every chunk but the first with a space.
    const content = this.#hasText ? ` ${text}` : text;
    this.#hasText = true;
    this.#events.send({ type: "response.text", turn_id: this.turnId, content });
    this.#events.onSaid(text);
  }

  audio(pcm: Int16Array): Promise<void> {
    this.#open();
    return this.#next(() => this.#play(pcm));
  }

  data(content: unknown): void {
    this.signal.throwIfAborted();
    this.#events.send({ type: "response.data", turn_id: this.turnId, content });
  }

  callTool(name: string, input?: unknown): Promise<ToolOutcome> {
    const id = randomUUID();
    this.data({ layercode_tool_call: { id, name, input } });
    this.#hasCalledTool = true;
    const result = this.#events.toolResult(id, this.signal);
    // A hook that does not wait for it is interrupted as well.
    result.catch(() => {});
    return result;
  }

  #open(): void {
    this.signal.throwIfAborted();
    if (this.#opened) return;
    this.#opened = true;
    this.#events.onOpened();
    this.#events.send({ type: "turn.start", role: "assistant", turn_id: this.turnId });
  }

  #next(speak: () => Promise<void>): Promise<void> {
    const spoken = this.#speaking.then(speak);
    this.#speaking = spoken.catch(() => {});
    return spoken;
  }

  async #synthesize(sentence: string | undefined): Promise<Int16Array> {
    return sentence === undefined || this.signal.aborted ? new Int16Array(0) : this.#voice.synthesize(sentence);
  }

  async #play(pcm: Int16Array): Promise<void> {
    for (let at = 0; at < pcm.length; at += chunkSamples) {
      this.signal.throwIfAborted();
      if (this.#sentMs === 0) this.#firstAudioAt = performance.now();
      const wait = waitBeforeAudio(this.#sentMs, performance.now() - this.#firstAudioAt);
      if (wait > 0) await sleep(wait, undefined, { signal: this.signal });
      this.#sendChunk(pcm.subarray(at, at + chunkSamples));
    }
    this.signal.throwIfAborted();
  }

  #sendChunk(pcm: Int16Array): void {
    const deltaId = `${this.turnId}:${++this.#deltas}`;
    const durationMs = durationOf(pcm.length, speakerRate);
    this.#sentMs += durationMs;
    this.#events.send({
      type: "response.audio",
      turn_id: this.turnId,
      delta_id: deltaId,
      content: pcmToBase64(pcm),
    });
    this.#events.onAudio(deltaId, durationMs);
  }
}

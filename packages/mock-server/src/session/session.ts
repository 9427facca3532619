import { randomUUID } from "node:crypto";
import { parseClientMessage } from "@layercode/core/protocol";
import { Conversation, type SpokenTurn, type Transcribe } from "../conversation/conversation.js";
import type { FaultControl } from "../faults/faults.js";
import { parseDrop } from "../faults/parse-faults.js";
import type { Wire } from "../faults/wire.js";
import { isDeeperThan } from "../json-depth.js";
import type { Limits } from "../limits.js";
import { microphoneRate, speakerRate } from "../pcm.js";
import type { Grant } from "../rest/session-keys.js";
import { runScenario } from "../scenarios/run-scenario.js";
import type { RunningScenario } from "../scenarios/running-scenario.js";
import type { UnmetExpectation } from "../scenarios/script-progress.js";
import type { Voice } from "../speech/voice.js";
import { audioContent } from "./audio-message.js";
import { Awaiting, type WaitOptions } from "./awaiting.js";
import { createDialect, turnIdOf } from "./dialect.js";
import { expectMessage } from "./expectation.js";
import type { ReceivedMessage, SentMessage } from "./messages.js";
import type { MockSession } from "./mock-session.js";
import { receivedView } from "./received.js";
import { MessageRecord, type Recorded } from "./record.js";
import type { RecordBudget } from "./record-budget.js";
import { createTimeline, type Timeline } from "./timeline.js";
import { audioDuration, type TimelineEntry } from "./timeline-entry.js";

export interface SessionParts {
  wire: Wire;
  grant: Grant;
  voice: Voice;
  transcribe: Transcribe | undefined;
  limits: Limits;
  /** How long its waits last that do not say, in ms. */
  timeoutMs: number;
  log(line: string): void;
  onMessage(message: ReceivedMessage): void;
  /** Something happened: what `--verbose` shows. */
  onEntry(entry: TimelineEntry): void;
  /** Whether anybody sees the messages as they pass. */
  observed(): boolean;
  budget: RecordBudget;
  onClosed(): void;
}

const mostFaults = 1000;

/** Runs one connection: frames to messages, messages to the conversation. */
export class Session implements MockSession {
  readonly conversationId: string;
  readonly connectionId = randomUUID();
  readonly agentId: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly received: MockSession["received"];
  #closing: { code: number; reason: string } | null = null;
  readonly #connectedAt = now();
  #closedAt = 0;
  readonly #parts: SessionParts;
  readonly #conversation: Conversation;
  readonly #scenario: RunningScenario;
  readonly #faults: { at: number; error: Error }[] = [];
  readonly #received: MessageRecord<ReceivedMessage>;
  readonly #sent: MessageRecord<SentMessage>;
  readonly #awaitReceived: Awaiting<ReceivedMessage>;
  readonly #awaitSent: Awaiting<SentMessage>;

  constructor(parts: SessionParts) {
    const { grant, wire } = parts;
    this.#parts = parts;
    this.conversationId = grant.conversationId;
    this.agentId = grant.agentId;
    this.metadata = grant.metadata;
    this.#received = new MessageRecord<ReceivedMessage>({
      durationOf: (message) => (message.type === "client.audio" ? audioDuration(message.content, microphoneRate) : 0),
      // The record keeps as text only frames that `audioContent()` has read: it never returns `null` here.
      read: (text) => ({ type: "client.audio", content: audioContent(text) ?? "" }),
      budget: parts.budget,
    });
    this.#sent = new MessageRecord<SentMessage>({
      durationOf: (message) =>
        message.type === "response.audio" && typeof message.content === "string"
          ? audioDuration(message.content, speakerRate)
          : 0,
      read: (text) => JSON.parse(text),
      budget: parts.budget,
    });
    this.#awaitReceived = new Awaiting<ReceivedMessage>(() => this.#received.messages, parts.timeoutMs);
    this.#awaitSent = new Awaiting<SentMessage>(() => this.#sent.messages, parts.timeoutMs);
    const { config, protocol } = grant.agent;
    const inDialect = createDialect(protocol);
    this.#scenario = runScenario(grant.agent.scenario, {
      reply: (write) => void this.#conversation.reply(write),
      send: (message) => this.#deliver(message),
      fault: (error) => this.#tellFault(error, error.message),
    });
    this.#conversation = new Conversation({
      settings: {
        trigger: config?.transcription?.trigger === "push_to_talk" ? "push_to_talk" : "automatic",
        canInterrupt:
          config?.transcription?.can_interrupt === false
            ? protocol.cannotInterrupt === "interrupt"
            : protocol.speechOverAgent === "interrupts",
      },
      context: {
        conversationId: grant.conversationId,
        agentId: grant.agentId,
        metadata: grant.metadata,
        resumed: grant.resumed,
        faults: wire,
      },
      scenario: this.#scenario,
      voice: parts.voice,
      transcribe: parts.transcribe,
      send: (message) => {
        for (const written of inDialect(message)) this.#deliver(written);
      },
      log: parts.log,
    });
    this.received = receivedView(this.#received, this.#faults);
    wire.attach({
      onFrame: (text, isBinary) => this.#onFrame(text, isBinary),
      // `ws` reports an oversized or broken frame here and closes the connection by itself: only record it.
      onError: (error) => this.#fault(error),
      onClose: (code, reason) => this.#onClose(code, reason),
      lastSent: () => this.#sent.newest,
    });
  }

  get sent(): readonly Recorded<SentMessage>[] {
    return this.#sent.messages;
  }

  get timeline(): Timeline {
    const closed = this.#closing && { at: this.#closedAt, ...this.#closing };
    const [received, sent] = [this.#received.messages, this.#sent.messages];
    return createTimeline({
      connectedAt: this.#connectedAt,
      received,
      sent,
      faults: [...this.#faults, ...this.unmet],
      closed,
    });
  }

  get faults(): FaultControl {
    return this.#parts.wire;
  }

  get unmet(): readonly UnmetExpectation[] {
    return this.#scenario.progress?.unmet ?? [];
  }

  get closed(): boolean {
    return this.#closing !== null;
  }

  get closing(): { code: number; reason: string } | null {
    return this.#closing;
  }

  waitFor<M extends ReceivedMessage>(
    wanted: string | ((message: ReceivedMessage) => boolean),
    options?: WaitOptions<ReceivedMessage>,
  ): Promise<M> {
    return this.#awaitReceived.waitFor(wanted, options) as Promise<M>;
  }

  waitForSent<M extends SentMessage>(
    wanted: string | ((message: SentMessage) => boolean),
    options?: WaitOptions<SentMessage>,
  ): Promise<M> {
    return this.#awaitSent.waitFor(wanted, options) as Promise<M>;
  }

  expect<M extends ReceivedMessage>(type: string, match?: unknown, options?: WaitOptions<ReceivedMessage>): Promise<M> {
    const recorded = () => this.#received.messages;
    return expectMessage(this.#awaitReceived, recorded, { type, match: match ?? {} }, options) as Promise<M>;
  }

  async say(text: string): Promise<SpokenTurn> {
    const spoken = await this.#conversation.say(text);
    return { ...spoken, turnId: turnIdOf(this.#parts.grant.agent.protocol, "assistant", spoken.turnId) };
  }

  send(message: SentMessage): void {
    if (!this.#parts.wire.open) throw new Error(`The session is closed: "${message.type}" cannot be sent.`);
    this.#deliver(message);
  }

  async waitForScript({ timeoutMs = this.#parts.timeoutMs }: { timeoutMs?: number } = {}): Promise<void> {
    const { progress } = this.#scenario;
    if (!progress)
      throw new Error("The agent of this session follows no script: its scenario is an object with hooks.");
    await progress.waitForEnd(timeoutMs);
  }

  close(code = 1000, reason = ""): void {
    parseDrop({ how: "close", code, reason }, "close");
    this.#conversation.close();
    this.#parts.wire.close(code, reason);
  }

  /** What is recorded of both directions, in bytes. */
  get recordedBytes(): number {
    return this.#received.bytes + this.#sent.bytes;
  }

  /** Forgets the older half of the fuller direction. */
  shrinkRecord(): void {
    const fuller = this.#received.bytes > this.#sent.bytes ? this.#received : this.#sent;
    fuller.shrink();
  }

  /** Takes the session's records out of the budget: the server has forgotten the session. */
  releaseRecord(): void {
    this.#received.release();
    this.#sent.release();
  }

  /** Ends the connection without a goodbye. */
  terminate(): void {
    this.#conversation.close();
    this.#parts.wire.terminate();
  }

  #deliver(message: SentMessage): void {
    const { wire } = this.#parts;
    if (!wire.open) return;
    if (wire.bufferedAmount > this.#parts.limits.unsentBytes) {
      this.#parts.log("The client does not read: its connection is ended.");
      return this.terminate();
    }
    const text = JSON.stringify(message);
    wire.send(text);
    const at = now();
    this.#sent.add(message, at, text, this.#awaitSent.waiting || this.#parts.observed());
    this.#parts.onEntry({ ms: at - this.#connectedAt, type: "sent", message });
    this.#awaitSent.tell(message);
  }

  #onFrame(text: string, isBinary: boolean): void {
    if (this.closed) return;
    if (isBinary) return this.#fault(new Error("A binary frame. Frames are JSON text."));
    const content = audioContent(text);
    if (content !== null) {
      const isSeen = this.#awaitReceived.waiting || this.#parts.observed();
      return this.#take({ type: "client.audio", content }, text, isSeen);
    }
    const { jsonDepth } = this.#parts.limits;
    if (isDeeperThan(text, jsonDepth))
      return this.#fault(new Error(`A frame is nested more than ${jsonDepth} levels deep.`));
    const result = parseClientMessage(text);
    if (!result.ok) return this.#fault(result.error);
    this.#take(result.message, text);
  }

  #take(message: ReceivedMessage, text: string, isSeen = true): void {
    const at = now();
    this.#received.add(message, at, text, isSeen);
    this.#parts.onEntry({ ms: at - this.#connectedAt, type: "received", message });
    this.#awaitReceived.tell(message);
    this.#parts.onMessage(message);
    if (message.type === "unknown")
      return this.#parts.log(`A message of the unknown type ${JSON.stringify(message.raw.type.slice(0, 80))}.`);
    this.#conversation.receive(message);
  }

  #fault(error: Error): void {
    this.#faults.push({ at: now(), error });
    if (this.#faults.length > mostFaults) this.#faults.shift();
    this.#tellFault(error, `A frame is ignored: ${error.message}`);
  }

  #tellFault(error: Error, line: string): void {
    this.#parts.onEntry({ ms: now() - this.#connectedAt, type: "fault", error });
    this.#parts.log(line);
  }

  #onClose(code: number, reason: string): void {
    this.#closing = { code, reason };
    this.#conversation.close();
    this.#awaitReceived.close();
    this.#awaitSent.close();
    this.#closedAt = now();
    this.#parts.onEntry({ ms: this.#closedAt - this.#connectedAt, type: "closed", code, reason });
    this.#parts.onClosed();
  }
}

// Epoch time with the resolution of the performance clock, comparable with that of a page on the same machine.
function now(): number {
  return performance.timeOrigin + performance.now();
}

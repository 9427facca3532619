import { randomUUID } from "node:crypto";
import { type ClientMessage, type ServerMessage, toolResultOf } from "@layercode/core/protocol";
import { Ear, type Utterance } from "../listening/ear.js";
import { base64ToTransientPcm } from "../pcm.js";
import type { RunningScenario } from "../scenarios/running-scenario.js";
import type { ConversationContext, Line, Turn } from "../scenarios/scenario.js";
import type { Voice } from "../speech/voice.js";
import { checkSpeech } from "../speech-length.js";
import { Reply } from "./reply.js";
import { ToolResults } from "./tool-results.js";
import { finalTranscripts, measurement, speakingTranscript } from "./transcripts.js";
import {
  initialTurns,
  isListening,
  type TurnEffect,
  type TurnEvent,
  type TurnSettings,
  type TurnState,
  takeTurns,
} from "./turn-taking.js";

/** Turns the words of an utterance into text: PCM16, mono, 8000 Hz. */
export type Transcribe = (pcm: Int16Array, sampleRate: 8000) => string | Promise<string>;

export interface ConversationParts {
  settings: TurnSettings;
  context: Omit<ConversationContext, "history">;
  scenario: RunningScenario;
  voice: Voice;
  transcribe: Transcribe | undefined;
  send(message: ServerMessage): void;
  log(line: string): void;
}

/** What became of something the agent was told to say. */
export interface SpokenTurn {
  turnId: string;
  /** The user took the floor, or the connection ended, before all of it was sent. */
  interrupted: boolean;
}

// A client that is muted or gated in mid-speech sends no silence either, so that the turn would never end: after this
// long without audio it does.
const stallMs = 1200;
const interimEveryMs = 500;
// Echo cancellation leaves some of the agent's voice in the microphone: while it plays, speech must be this much louder.
const raisedWhilePlayingDb = 6;
const longestHistory = 100;

/** One connection's conversation: it runs what `takeTurns` decides. */
export class Conversation {
  readonly #parts: ConversationParts;
  readonly #context: ConversationContext;
  readonly #history: Line[] = [];
  readonly #ear = new Ear();
  readonly #running = new Set<Reply>();
  readonly #toolResults = new ToolResults();
  /** The answer to the user's last turn. */
  #answer: Reply | null = null;
  #turns: TurnState;
  #started = false;
  #closed = false;
  #stalled: NodeJS.Timeout | undefined;
  #transcripts = 0;
  #nextInterimMs = interimEveryMs;

  constructor(parts: ConversationParts) {
    this.#parts = parts;
    this.#context = { ...parts.context, history: this.#history };
    this.#turns = initialTurns(parts.settings);
  }

  receive(message: ClientMessage): void {
    // What the client wrote before it read our close frame begins nothing.
    if (this.#closed) return;
    this.#parts.scenario.received?.(message);
    switch (message.type) {
      case "client.ready":
        return this.#start();
      case "client.audio":
        return this.#hear(message.content);
      case "vad_events":
        if (message.event === "vad_end") this.#take({ type: "voice.ended" });
        return;
      case "trigger.turn.start":
        return this.#take({ type: "pressed", turnId: randomUUID() });
      case "trigger.turn.end":
        return this.#take({ type: "released" });
      case "trigger.response.audio.replay_finished": {
        const { turn_id, last_delta_id_played } = message;
        return this.#take({ type: "replay.finished", turnId: turn_id ?? null, deltaId: last_delta_id_played ?? null });
      }
      case "client.response.text":
        if (message.content.trim() !== "")
          this.#take({ type: "typed", turnId: randomUUID(), text: message.content.trim() });
        return;
      case "client.response.data": {
        const { data } = message;
        const result = toolResultOf(data);
        if (result) return this.#toolResults.take(result.id, result.outcome);
        void this.reply((turn) => this.#parts.scenario.userData?.(turn, data));
        return;
      }
    }
  }

  /** The agent takes the floor and says this. @throws {Error} when it is too long. */
  async say(text: string): Promise<SpokenTurn> {
    checkSpeech(text);
    return this.reply((turn) => turn.say(text));
  }

  /** A turn of the agent, which takes the floor as soon as something is written in it. */
  async reply(write: (turn: Turn) => void | Promise<void>, answersUser = false): Promise<SpokenTurn> {
    const turnId = randomUUID();
    const reply = new Reply(turnId, this.#context, this.#parts.voice, {
      send: (message) => this.#parts.send(message),
      onOpened: () => this.#take({ type: "reply.started", turnId }),
      onAudio: (deltaId, durationMs) =>
        this.#take({ type: "reply.audio", turnId, deltaId, at: performance.now(), durationMs }),
      toolResult: (callId, signal) => this.#toolResults.next(callId, signal),
      onSaid: (text) => this.#remember({ role: "assistant", text }),
    });
    if (this.#closed) reply.abort();
    this.#running.add(reply);
    if (answersUser) this.#answer = reply;
    try {
      await write(reply);
    } catch (error) {
      if (!reply.signal.aborted) this.#parts.log(`The scenario failed: ${reasonOf(error)}`);
    }
    await reply.spoken();
    reply.end();
    this.#running.delete(reply);
    if (this.#answer === reply) this.#answer = null;
    this.#take({ type: "reply.ended", turnId });
    this.#parts.scenario.replied?.(reply);
    return { turnId, interrupted: reply.signal.aborted };
  }

  /** Ends every reply and timer. */
  close(): void {
    this.#closed = true;
    this.#parts.scenario.closed?.();
    clearTimeout(this.#stalled);
    for (const reply of this.#running) reply.abort();
    this.#ear.forget();
  }

  #start(): void {
    if (this.#started) return this.#parts.log("client.ready came twice; the second is ignored.");
    this.#started = true;
    void this.reply((turn) => this.#parts.scenario.start?.(turn));
  }

  #hear(content: string): void {
    const pcm = base64ToTransientPcm(content);
    if (!pcm) return this.#parts.log("client.audio whose content is not base64 is ignored.");
    if (!isListening(this.#turns, performance.now())) return this.#ear.forget();
    const changes = this.#ear.push(pcm, this.#turns.playing ? raisedWhilePlayingDb : 0);
    if (changes.includes("started")) this.#take({ type: "voice.started", turnId: randomUUID(), at: performance.now() });
    if (this.#turns.userTurn) this.#sendInterim(this.#turns.userTurn.turnId);
    if (changes.at(-1) === "ended") this.#take({ type: "voice.ended" });
    if (this.#ear.full) this.#take({ type: "voice.ended" });
    this.#watchForStall();
  }

  #watchForStall(): void {
    clearTimeout(this.#stalled);
    if (this.#turns.userTurn?.by === "voice")
      this.#stalled = setTimeout(() => this.#take({ type: "voice.ended" }), stallMs);
  }

  #sendInterim(turnId: string): void {
    const { spokenMs } = this.#ear;
    if (spokenMs < this.#nextInterimMs) return;
    this.#nextInterimMs = spokenMs + interimEveryMs;
    this.#parts.send(speakingTranscript(turnId, this.#transcripts, spokenMs));
  }

  #take(event: TurnEvent): void {
    if (this.#closed) return;
    const { state, effects } = takeTurns(this.#turns, event);
    this.#turns = state;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: TurnEffect): void {
    switch (effect.type) {
      case "abort-reply":
        for (const reply of this.#running) if (reply.turnId === effect.turnId) reply.abort();
        return;
      case "forget-speech":
        return this.#ear.forget();
      case "open-user-turn":
        this.#dropAnswer();
        if (effect.by === "press") this.#ear.begin();
        this.#nextInterimMs = interimEveryMs;
        return this.#parts.send({ type: "turn.start", role: "user", turn_id: effect.turnId });
      case "answer-speech":
        clearTimeout(this.#stalled);
        return this.#answerSpeech(effect.turnId, this.#ear.take());
      case "answer-text":
        this.#dropAnswer();
        return this.#answerText(effect.turnId, effect.text);
    }
  }

  #answerSpeech(turnId: string, utterance: Utterance): void {
    const counter = this.#transcripts++;
    void this.reply(async (turn) => {
      const transcript = await this.#transcribe(utterance);
      if (this.#closed) return;
      // Send the transcript even when the user has started to speak again meanwhile: only the answer is dropped.
      for (const message of finalTranscripts(turnId, counter, transcript)) this.#parts.send(message);
      this.#remember({ role: "user", text: transcript });
      turn.signal.throwIfAborted();
      await this.#parts.scenario.userSpoke?.(turn, { ...utterance, transcript });
    }, true);
  }

  async #transcribe(utterance: Utterance): Promise<string> {
    const { scenario, transcribe, log } = this.#parts;
    try {
      const words = (await scenario.transcribe?.(utterance)) ?? (await transcribe?.(utterance.pcm, 8000));
      if (words) return words;
    } catch (error) {
      log(`transcribe failed, the transcript is a measurement: ${reasonOf(error)}`);
    }
    return measurement(utterance.durationMs);
  }

  #answerText(turnId: string, text: string): void {
    this.#parts.send({ type: "user.transcript", turn_id: turnId, content: text });
    this.#remember({ role: "user", text });
    void this.reply((turn) => this.#parts.scenario.userTyped?.(turn, text), true);
  }

  // The user went on before the answer had its first word: abort it, the next turn gets an answer of its own.
  #dropAnswer(): void {
    if (this.#answer && !this.#answer.opened) this.#answer.abort();
    // One that has called a tool, and not said a word, is interrupted like one that speaks.
    for (const reply of this.#running) if (reply.hasCalledTool && !reply.opened) reply.abort();
  }

  #remember(line: Line): void {
    this.#history.push(line);
    if (this.#history.length > longestHistory) this.#history.shift();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { setTimeout as sleep } from "node:timers/promises";
import type { ClientMessage, ToolOutcome } from "@layercode/core/protocol";
import { seconds } from "../duration-text.js";
import type { RunningScenario, Stage } from "./running-scenario.js";
import type { Turn, UserSpeech } from "./scenario.js";
import type { Script, ScriptTurn } from "./script.js";
import { durationOf, fits, type ScriptEvent, textOf, unmetBy } from "./script-events.js";
import { ScriptProgress } from "./script-progress.js";

const mostRemembered = 1000;

/** A script on one connection: one turn at a time waits or runs. */
export class ScriptRun implements RunningScenario {
  readonly progress = new ScriptProgress(() => this.#where());
  readonly #script: Script;
  readonly #stage: Stage;
  /** The turn that waits or runs; past the last one, the script is over. */
  #position = 0;
  #running: { turn: Turn; hasActed: boolean } | null = null;
  /** Events since the agent last acted that no turn has waited for yet. */
  #unclaimed: ScriptEvent[] = [];
  /** Whether a turn's wait was met since the agent last acted. */
  #hasWaited = false;
  #deadline: NodeJS.Timeout | undefined;
  #state: "new" | "started" | "closed" = "new";

  constructor(script: Script, stage: Stage) {
    this.#script = script;
    this.#stage = stage;
  }

  start(turn: Turn): void | Promise<void> {
    this.#state = "started";
    return this.#arrive(turn);
  }

  transcribe(): string | null {
    return this.#current()?.transcript ?? null;
  }

  userSpoke(turn: Turn, { transcript, durationMs }: UserSpeech): void | Promise<void> {
    return this.#take({ type: "speech", transcript, durationMs }, turn);
  }

  userTyped(turn: Turn, content: string): void | Promise<void> {
    return this.#take({ type: "client.response.text", content }, turn);
  }

  received(message: ClientMessage): void {
    // Typed text arrives by `userTyped()` as well, with a turn to answer in: take it there only.
    if (message.type !== "client.response.text") void this.#take(message);
  }

  replied(turn: Turn): void {
    const running = this.#running;
    if (running?.turn !== turn || this.#state === "closed") return;
    this.#running = null;
    const interrupted = turn.signal.aborted;
    // The user interrupted before the turn did anything: wait for the user again, in the same turn.
    if (interrupted && !running.hasActed && this.#current()?.waitFor) return void this.#arrive();
    const expected = this.#current()?.expect?.interrupted;
    if (expected !== undefined && expected !== interrupted)
      this.#fault(interrupted ? "expected nobody to interrupt, the user did" : "expected the user to interrupt");
    this.#advance();
    if (interrupted) while (this.#current() && !this.#current()?.waitFor) this.#advance();
    void this.#arrive();
  }

  closed(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    clearTimeout(this.#deadline);
    this.progress.close();
  }

  #current(): ScriptTurn | undefined {
    return this.#script.turns[this.#position];
  }

  #advance(): void {
    this.#position += 1;
    if (this.#position < this.#script.turns.length) return;
    this.progress.end();
    this.#position = this.#script.repeatFrom ?? this.#position;
  }

  /** Arrives at the current turn of the script: runs it (in `turn`, if one is open), or waits for its event. */
  #arrive(turn?: Turn): void | Promise<void> {
    const wanted = this.#current()?.waitFor;
    if (!this.#current()) return;
    if (wanted === undefined) return this.#run(null, turn);
    const index = this.#unclaimed.findIndex((event) => fits(wanted, event));
    const [event] = index < 0 ? [] : this.#unclaimed.splice(index, 1);
    if (event) return this.#run(event, turn);
    const withinMs = this.#current()?.expect?.withinMs;
    if (withinMs !== undefined) this.#deadline = setTimeout(() => this.#missed(withinMs), withinMs);
  }

  #missed(withinMs: number): void {
    this.#fault(`nothing came within ${withinMs} ms`);
    void this.#run(null);
  }

  #take(event: ScriptEvent, turn?: Turn): void | Promise<void> {
    if (this.#state !== "started") return;
    // Typed text arrives before `replied()` of the turn that it interrupted: end that turn first.
    if (this.#running?.turn.signal.aborted) this.replied(this.#running.turn);
    const wanted = this.#current()?.waitFor;
    if (!this.#running && wanted !== undefined && fits(wanted, event)) return this.#run(event, turn);
    // Audio arrives all the time: it meets a wait, but is never kept for a later one.
    if (event.type === "client.audio") return;
    this.#unclaimed.push(event);
    if (this.#unclaimed.length > mostRemembered) this.#unclaimed.shift();
  }

  #run(event: ScriptEvent | null, turn?: Turn): void | Promise<void> {
    clearTimeout(this.#deadline);
    const scripted = this.#current();
    if (!scripted) return;
    if (event) {
      this.#hasWaited = true;
      for (const reason of unmetBy(event, scripted.expect ?? {})) this.#fault(reason);
    }
    if (turn) return this.#perform(scripted, event, turn);
    this.#stage.reply((own) => this.#perform(scripted, event, own));
  }

  async #perform(scripted: ScriptTurn, event: ScriptEvent | null, turn: Turn): Promise<void> {
    const running = { turn, hasActed: false };
    this.#running = running;
    if (this.#hasWaited && acts(scripted)) {
      this.#hasWaited = false;
      this.#unclaimed = [];
    }
    if (scripted.pauseMs !== undefined) await sleep(scripted.pauseMs, undefined, { signal: turn.signal });
    running.hasActed = true;
    const { faults } = turn.conversation;
    if (scripted.faults) faults.set(scripted.faults);
    for (const frame of [scripted.inject ?? []].flat()) faults.inject(frame);
    if (scripted.data !== undefined) turn.data(scripted.data);
    const outcome = scripted.tool && (await turn.callTool(scripted.tool.name, scripted.tool.input));
    for (const message of [scripted.send ?? []].flat()) this.#stage.send(message);
    if (scripted.text !== undefined) turn.text(fill(scripted.text, event, outcome));
    for (const text of [scripted.say ?? []].flat()) await turn.say(fill(text, event, outcome));
  }

  #fault(reason: string): void {
    const error = new Error(`${this.#where()}: ${reason}.`);
    this.progress.note({ at: performance.timeOrigin + performance.now(), turn: this.#position, error });
    this.#stage.fault(error);
  }

  #where(): string {
    const turn = this.#current();
    if (!turn) return "its end";
    return `turns[${this.#position}]${turn.waitFor === undefined ? "" : `, which waits for ${JSON.stringify(turn.waitFor)}`}`;
  }
}

function acts({ inject, data, tool, send, text, say }: ScriptTurn): boolean {
  return [inject, data, tool, send, text, say].some((action) => action !== undefined);
}

function fill(text: string, event: ScriptEvent | null, outcome: ToolOutcome | undefined): string {
  // All of them at once: what a tool or a user says may look like one of these as well.
  return text.replace(/\{(?:output|seconds|text)\}/g, (place) => {
    if (place === "{output}") return outcome ? outputText(outcome) : "";
    if (place === "{seconds}") return seconds(event ? durationOf(event) : 0);
    return event ? textOf(event) : "";
  });
}

function outputText(outcome: ToolOutcome): string {
  return "error" in outcome ? outcome.error.message : JSON.stringify(outcome.output);
}

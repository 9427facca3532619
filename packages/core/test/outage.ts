import type { ClientEvent, TimerName } from "../src/machine/events.js";
import { reduce } from "../src/machine/machine.js";
import { initialModel, type Model } from "../src/machine/model.js";
import { sessionHandlers } from "../src/machine/session.js";
import { failure, start } from "./slices.js";

// Many clients on one network, by a clock that only the simulation turns: the machine with its policy is the real one.

/** What an attempt meets: the network is there, refuses at once, or swallows packets without a word. */
export type Network = "up" | "refuses" | "silent";

export interface Outage {
  readonly clients: number;
  /** What the network is like so many ms after the first loss. */
  network(ms: number): Network;
  /** How each loss shows; default 1006, without a word. */
  readonly code?: number;
  /** Whether, and when, every connection that is there is lost, in ms; the first at 0. */
  readonly losses: readonly number[];
  /** How long is watched, in ms. */
  readonly lastsMs: number;
}

export interface Outcome {
  /** Sessions that were given up. */
  readonly lost: number;
  readonly attempts: number;
  readonly mostAttemptsOfAClient: number;
  /** The most attempts within any second, of all clients together. */
  readonly mostAttemptsInASecond: number;
  /** When the last client was connected for good, in ms after the first loss. */
  readonly allBackAt: number;
}

/** After how long TCP tries once more to open a connection (RFC 6298), in ms. */
const retransmissions = [0, 1000, 3000, 7000, 15_000, 31_000];
/** When everybody has been connected for a while. */
const begin = 100_000;

export function simulate({ clients, network, code = 1006, losses, lastsMs }: Outage, seed = 1): Outcome {
  const chance = randomFrom(seed);
  const agenda = new Agenda();
  const attemptsAt: number[] = [];
  const all = Array.from({ length: clients }, () => {
    let model: Model = initialModel({ ...start, audioInput: false, audioOutput: false });
    const timers = new Map<TimerName, object>();
    const client = {
      attempts: 0,
      isLost: false,
      connectedAt: 0,
      get phase() {
        return model.connection.phase.name;
      },
      dispatch,
    };

    /** When something that begins now is through: at once, with a packet that TCP sends again, or never. */
    function reach(then: (isThrough: boolean) => void): void {
      if (network(agenda.now - begin) === "refuses") return agenda.add(5, () => then(false));
      const roundTrip = 30 + 120 * chance();
      const sent = retransmissions.find((ms) => network(agenda.now + ms - begin) === "up");
      if (sent !== undefined) agenda.add(sent + roundTrip, () => then(network(agenda.now - begin) === "up"));
    }

    function dispatch(event: ClientEvent): void {
      const surroundings = { session: sessionHandlers, now: agenda.now, time: agenda.now, random: chance() };
      const { state, effects } = reduce(model, event, surroundings);
      model = state;
      for (const effect of effects) {
        if (effect.type === "authorize") {
          const { attempt } = effect;
          client.attempts++;
          attemptsAt.push(agenda.now);
          reach((isThrough) =>
            dispatch(
              isThrough
                ? { type: "authorized", attempt, clientSessionKey: "key", conversationId: "conv", config: null }
                : { type: "connectFailed", attempt, error: failure() },
            ),
          );
        } else if (effect.type === "openSocket") {
          const { attempt } = effect;
          reach((isThrough) =>
            dispatch(
              isThrough
                ? { type: "socketOpened", attempt }
                : { type: "socketClosed", attempt, code: 1006, reason: "", wasClean: false },
            ),
          );
        } else if (effect.type === "schedule") {
          const mine = {};
          timers.set(effect.timer, mine);
          agenda.add(effect.afterMs, () => {
            if (timers.get(effect.timer) === mine) dispatch({ type: effect.timer });
          });
        } else if (effect.type === "cancel") timers.delete(effect.timer);
        else if (effect.type === "close") timers.clear();
        else if (effect.type === "emit" && effect.event === "connect") client.connectedAt = agenda.now;
        else if (effect.type === "emit" && effect.event === "disconnect") client.isLost = true;
      }
    }

    function lose(): void {
      if (model.connection.phase.name !== "connected") return;
      const { attempt } = model.connection;
      dispatch({ type: "socketClosed", attempt, code, reason: "", wasClean: code !== 1006 });
    }
    return Object.assign(client, { lose });
  });
  // Before the first loss the network is there, whatever it is like later.
  for (const client of all) client.dispatch({ type: "connect", call: 1 });
  agenda.runUntil(begin - 1);
  for (const client of all) client.attempts = 0;
  attemptsAt.length = 0;
  for (const ms of losses) {
    agenda.runUntil(begin + ms);
    for (const client of all) client.lose();
  }
  agenda.runUntil(begin + lastsMs);
  return {
    lost: all.filter(({ isLost, phase }) => isLost || phase !== "connected").length,
    attempts: attemptsAt.length,
    mostAttemptsOfAClient: Math.max(...all.map(({ attempts }) => attempts)),
    mostAttemptsInASecond: mostInASecond(attemptsAt),
    allBackAt: Math.round(Math.max(...all.map(({ connectedAt }) => connectedAt)) - begin),
  };
}

function mostInASecond(times: readonly number[]): number {
  let [first, most] = [0, 0];
  times.forEach((time, last) => {
    while (times[first]! <= time - 1000) first++;
    most = Math.max(most, last - first + 1);
  });
  return most;
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What is to happen, by its time: a heap. */
class Agenda {
  now = 0;
  #count = 0;
  readonly #heap: { at: number; order: number; run: () => void }[] = [];

  add(afterMs: number, run: () => void): void {
    const heap = this.#heap;
    heap.push({ at: this.now + afterMs, order: this.#count++, run });
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  runUntil(end: number): void {
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      this.now = next.at;
      this.#dropFirst();
      next.run();
    }
    this.now = end;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    heap.pop();
    for (let parent = 0; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      let least = parent;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!];
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const heap = this.#heap;
    [heap[one], heap[other]] = [heap[other]!, heap[one]!];
  }
}

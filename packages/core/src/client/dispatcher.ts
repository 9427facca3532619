import type { LayercodeError } from "../errors.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";
import type { Effect } from "./effects.js";
import { reportListenerError } from "./listener-error.js";
import type { Listeners } from "./listeners.js";
import type { Model } from "./model.js";
import { type ClientEvent, type Request, reduce } from "./reducer.js";
import { type OutsideEffect, Runtime } from "./runtime.js";
import { SessionLog } from "./session-log.js";
import type { ClientState } from "./state.js";
import { createStore, type Store } from "./store.js";

/** Takes whatever happens, one after the other: the model first, then the effects, the snapshot, and the events. */
export class Dispatcher {
  readonly log = new SessionLog();
  readonly runtime: Runtime;
  readonly store: Store<ClientState>;
  readonly #getOptions: () => LayercodeClientOptions;
  readonly #listeners: Listeners;
  #model: Model;
  readonly #queue: ClientEvent[] = [];
  #draining = false;
  readonly #calls = new Map<number, { resolve(): void; reject(error: LayercodeError): void }>();
  #callCount = 0;

  constructor(model: Model, getOptions: () => LayercodeClientOptions, listeners: Listeners) {
    this.#model = model;
    this.#getOptions = getOptions;
    this.#listeners = listeners;
    this.store = createStore(model.state, reportListenerError);
    this.runtime = new Runtime(
      getOptions,
      () => this.#model,
      (event) => this.dispatch(event),
    );
  }

  /** What a listener or an effect dispatches waits for its turn. */
  dispatch(event: ClientEvent): void {
    this.#queue.push(event);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#draining = false;
    }
  }

  /** Dispatches what the app asks for; settles when it is done, or has failed. `signal` gives up a `connect` until then. */
  call(request: Request, signal?: AbortSignal): Promise<void> {
    const call = ++this.#callCount;
    const promise = new Promise<void>((resolve, reject) => this.#calls.set(call, { resolve, reject }));
    const abort = () => this.dispatch({ type: "connectAborted", call });
    const settled = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    promise.then(settled, settled);
    this.dispatch({ ...request, call });
    return promise;
  }

  #take(event: ClientEvent): void {
    const before = this.#model.state;
    const now = Date.now();
    const options = this.#getOptions();
    const { model, effects } = reduce(this.#model, event, now, Math.random());
    const { state } = model;
    this.#model = model;
    this.log.write(event, now, options);
    const emissions: Extract<Effect, { type: "emit" }>[] = [];
    for (const effect of effects) {
      this.log.write(effect, now, options);
      if (effect.type === "emit") emissions.push(effect);
      else if (effect.type === "report") reportListenerError(effect.error);
      else if (effect.type === "settle") this.#settle(effect.calls, effect.error);
      else if (effect.type === "close") this.runtime.close().then(() => this.#settle(effect.calls));
      else this.#run(effect);
    }
    if (before.status !== state.status) this.log.write({ type: "status", status: state.status }, now, options);
    this.store.set(state);
    this.#listeners.emitChanges(before, state);
    for (const { event: name, payload } of emissions) this.#listeners.emit(name, payload as never);
  }

  // A port of the app's own that throws stops nobody either.
  #run(effect: OutsideEffect): void {
    try {
      this.runtime.run(effect);
    } catch (error) {
      reportListenerError(error);
    }
  }

  #settle(calls: readonly number[], error?: LayercodeError): void {
    for (const number of calls) {
      const call = this.#calls.get(number);
      this.#calls.delete(number);
      if (error) call?.reject(error);
      else call?.resolve();
    }
  }
}

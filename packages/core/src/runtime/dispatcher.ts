import type { LayercodeError } from "../errors.js";
import { statusOf } from "../machine/connection/connection.js";
import type { Effect } from "../machine/effects.js";
import type { ClientEvent, Request } from "../machine/events.js";
import type { Happening, Observer } from "../machine/happening.js";
import { reduce } from "../machine/machine.js";
import type { Model } from "../machine/model.js";
import type { ResolvedOptions } from "../options/resolve.js";
import type { NamedTool } from "../options/tools.js";
import type { Undo } from "../undo.js";
import { Call } from "./call.js";
import { guarded, reportListenerError } from "./listener-error.js";
import { Runtime } from "./runtime.js";

/** An event for the app. */
export type Emission = Extract<Effect, { type: "emit" }>;

/** What a dispatcher is constructed with. */
export interface DispatcherOptions {
  model: Model;
  getOptions(): ResolvedOptions;
  /** The events that somebody listens to by `client.on()`. */
  getListened(): readonly string[];
  /** The tools that came by `addTool()`. */
  readonly addedTools: ReadonlySet<NamedTool>;
  /** The model after an event, and what is to be emitted; the effects have been carried out. */
  publish(model: Model, emissions: readonly Emission[]): void;
}

/** Takes whatever happens, one after the other: the model first, then the effects, then what the app is told. */
export class Dispatcher {
  readonly runtime: Runtime;
  readonly #publish: DispatcherOptions["publish"];
  #model: Model;
  readonly #queue: ClientEvent[] = [];
  #draining = false;
  readonly #observers = new Set<Observer>();
  readonly #calls = new Map<number, { resolve(): void; reject(error: LayercodeError): void }>();
  #callCount = 0;
  /** How often `disconnect()` was asked for: code that began to load before, and is there afterwards, opens nothing. */
  ends = 0;

  constructor({ model, publish, ...client }: DispatcherOptions) {
    this.#model = model;
    this.#publish = publish;
    this.runtime = new Runtime({
      ...client,
      getModel: () => this.#model,
      dispatch: (event) => this.dispatch(event),
      observe: this.observe,
    });
  }

  get model(): Model {
    return this.#model;
  }

  /** Tells `observer` everything that happens from now on. Returns the undo. */
  observe = (observer: Observer): Undo => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

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
  call(request: Request, signal?: AbortSignal): Call {
    const call = ++this.#callCount;
    const promise = new Call((resolve, reject) => this.#calls.set(call, { resolve, reject }));
    const abort = () => this.dispatch({ type: "connectAborted", call });
    const settled = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    promise.watch(settled, settled);
    this.dispatch({ ...request, call });
    return promise;
  }

  #take(event: ClientEvent): void {
    const before = statusOf(this.#model.connection);
    const time = Date.now();
    const context = { session: this.runtime.handlers, now: performance.now(), time, random: Math.random() };
    if (event.type === "disconnect") this.ends++;
    const { state, effects } = reduce(this.#model, event, context);
    this.#model = state;
    this.#tell(event, time);
    const emissions: Emission[] = [];
    for (const effect of effects) {
      this.#tell(effect, time);
      if (effect.type === "emit") emissions.push(effect);
      else if (effect.type === "report") reportListenerError(effect.error);
      else if (effect.type === "settle") this.#settle(effect.calls, effect.error);
      else if (effect.type === "close") this.runtime.close().then(() => this.#settle(effect.calls));
      // A port of the app's own that throws must not stop the other effects.
      else guarded(() => this.runtime.run(effect));
    }
    const status = statusOf(state.connection);
    if (before !== status) this.#tell({ type: "status", status }, time);
    this.#publish(state, emissions);
  }

  #tell(happening: Happening, time: number): void {
    for (const observer of this.#observers) observer(happening, time);
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

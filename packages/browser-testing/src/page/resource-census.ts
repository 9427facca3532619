import type { Instruments } from "./instruments.js";

/** What is alive in the page, each thing by a short name. */
export interface Census {
  /** Tracks of microphones that are not stopped. */
  tracks: string[];
  /** WebSockets that are not closed. */
  sockets: string[];
  /** AudioContexts that are not closed. */
  contexts: string[];
  /** Timeouts and intervals that are still to fire. */
  timers: string[];
  /** Animation frames asked for. */
  animationFrames: string[];
  /** Listeners on window, document, navigator.mediaDevices and permissions. */
  listeners: string[];
  /** Requests by `fetch` without an answer. */
  requests: string[];
  /** Object URLs not revoked. */
  objectUrls: string[];
}

/** Runs in the page, as text: it may use nothing from outside itself. Counts, and changes nothing that a page can tell. */
export function resourceCensusScript(instruments: Instruments): void {
  const sockets = countConstructed("WebSocket", (url) => `WebSocket ${url}`);
  const contexts = countConstructed("AudioContext", () => "AudioContext");
  const timers = countTimers();
  const frames = countAnimationFrames();
  const listeners = countListeners();
  const requests = countRequests();
  const objectUrls = countObjectUrls();
  keepMicrophoneTracks();

  instruments.probes["census.read"] = (): Census => ({
    tracks: [...instruments.tracks]
      .filter((track) => track.readyState === "live")
      .map((track) => `track ${track.label}`),
    sockets: sockets((socket) => (socket as WebSocket).readyState !== WebSocket.CLOSED),
    contexts: contexts((context) => (context as AudioContext).state !== "closed" && !instruments.own.has(context)),
    timers: timers(),
    animationFrames: frames(),
    listeners: listeners(),
    requests: [...requests],
    objectUrls: [...objectUrls],
  });

  // A Proxy, not a subclass: static members, the prototype and `instanceof` stay as the page knows them.
  function countConstructed(name: "WebSocket" | "AudioContext", describe: (argument: unknown) => string) {
    const made = new Map<object, string>();
    const native = globalThis[name];
    if (!native) return () => [];
    const counting = new Proxy(native, {
      construct(target, args, newTarget) {
        const instance: object = Reflect.construct(target, args, newTarget);
        made.set(instance, describe(args[0]));
        return instance;
      },
    });
    Object.assign(globalThis, { [name]: counting });
    native.prototype.constructor = counting;
    return (isAlive: (instance: object) => boolean): string[] => {
      for (const instance of made.keys()) if (!isAlive(instance)) made.delete(instance);
      return [...made.values()];
    };
  }

  function countTimers(): () => string[] {
    const pending = new Map<number, string>();
    const { setTimeout, setInterval, clearTimeout, clearInterval } = window;
    const counting = (set: typeof setTimeout | typeof setInterval, name: string, repeats: boolean) =>
      ((handler: TimerHandler, delay?: number, ...args: unknown[]) => {
        // A handler that is a string is compiled by the browser and cannot be wrapped: pass it on, uncounted.
        if (typeof handler !== "function") return set(handler, delay, ...args);
        const id = set(
          (...given: unknown[]) => {
            if (!repeats) pending.delete(id);
            handler.apply(window, given);
          },
          delay,
          ...args,
        );
        pending.set(id, `${name} ${delay ?? 0} ms`);
        return id;
      }) as typeof setTimeout;
    window.setTimeout = counting(setTimeout, "setTimeout", false);
    window.setInterval = counting(setInterval, "setInterval", true);
    // `clearTimeout()` also clears intervals and `clearInterval()` timeouts (they share one list): count both alike.
    const clearing = (clear: (id: number) => void) => (id: number) => {
      pending.delete(id);
      clear(id);
    };
    Object.assign(window, { clearTimeout: clearing(clearTimeout), clearInterval: clearing(clearInterval) });
    return () => [...pending.values()];
  }

  function countAnimationFrames(): () => string[] {
    const pending = new Set<number>();
    const { requestAnimationFrame, cancelAnimationFrame } = window;
    window.requestAnimationFrame = (callback) => {
      const id = requestAnimationFrame((time) => {
        pending.delete(id);
        callback(time);
      });
      pending.add(id);
      return id;
    };
    window.cancelAnimationFrame = (id) => {
      pending.delete(id);
      cancelAnimationFrame(id);
    };
    return () => [...pending].map(() => "requestAnimationFrame");
  }

  function countListeners(): () => string[] {
    interface Listening {
      target: EventTarget;
      type: string;
      listener: object;
      capture: boolean;
    }
    const attached: Listening[] = [];
    const permissions: PermissionStatus[] = [];
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const find = (sought: Listening) =>
      attached.findIndex(
        (one) =>
          one.target === sought.target &&
          one.type === sought.type &&
          one.listener === sought.listener &&
          one.capture === sought.capture,
      );
    const forget = (listening: Listening) => {
      const index = find(listening);
      if (index >= 0) attached.splice(index, 1);
    };

    EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, type, listener, options) {
      const target = this ?? window;
      addEventListener.call(target, type, listener, options);
      if (listener === null || nameOf(target) === undefined) return;
      const { capture = false, once = false, signal } = typeof options === "object" ? options : { capture: options };
      const listening = { target, type, listener, capture };
      if (signal?.aborted || find(listening) >= 0) return;
      attached.push(listening);
      // The browser removes a `once` listener after its call, and any listener whose signal is aborted: stop counting it.
      if (once) addEventListener.call(target, type, () => forget(listening), { capture, once });
      if (signal) addEventListener.call(signal, "abort", () => forget(listening), { once: true });
    };
    EventTarget.prototype.removeEventListener = function (this: EventTarget | undefined, type, listener, options) {
      const target = this ?? window;
      removeEventListener.call(target, type, listener, options);
      const capture = typeof options === "object" ? (options.capture ?? false) : (options ?? false);
      if (listener) forget({ target, type, listener, capture });
    };
    if (globalThis.Permissions) {
      const { query } = Permissions.prototype;
      Permissions.prototype.query = async function (this: Permissions, descriptor) {
        const status = await query.call(this, descriptor);
        permissions.push(status);
        return status;
      };
    }

    function nameOf(target: EventTarget): string | undefined {
      if (target === window) return "window";
      if (target === document) return "document";
      if (target === navigator.mediaDevices) return "navigator.mediaDevices";
      if (globalThis.PermissionStatus && target instanceof PermissionStatus) return `permission ${target.name}`;
      return undefined;
    }

    return () => [
      ...attached.map(({ target, type }) => `${nameOf(target)} "${type}"`),
      ...(navigator.mediaDevices?.ondevicechange ? ["navigator.mediaDevices.ondevicechange"] : []),
      ...permissions.filter(({ onchange }) => onchange).map(({ name }) => `permission ${name}.onchange`),
    ];
  }

  function countRequests(): Iterable<string> {
    const open = new Map<object, string>();
    const { fetch } = window;
    window.fetch = async (input, init) => {
      const request = {};
      open.set(request, `fetch ${input instanceof Request ? input.url : input}`);
      try {
        return await fetch(input, init);
      } finally {
        open.delete(request);
      }
    };
    return { [Symbol.iterator]: () => open.values() };
  }

  function countObjectUrls(): Set<string> {
    const made = new Set<string>();
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (object) => {
      const url = createObjectURL.call(URL, object);
      if (!instruments.own.has(object)) made.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      made.delete(url);
      revokeObjectURL.call(URL, url);
    };
    return made;
  }

  function keepMicrophoneTracks(): void {
    const keep = (stream: MediaStream) => {
      for (const track of stream.getTracks()) instruments.tracks.add(track);
      return stream;
    };
    // An insecure context has no microphones.
    if (globalThis.MediaDevices) {
      const { getUserMedia } = MediaDevices.prototype;
      MediaDevices.prototype.getUserMedia = async function (this: MediaDevices, constraints) {
        return keep(await getUserMedia.call(this, constraints));
      };
    }
    const cloneTrack = MediaStreamTrack.prototype.clone;
    MediaStreamTrack.prototype.clone = function (this: MediaStreamTrack) {
      const copy = cloneTrack.call(this);
      if (instruments.tracks.has(this)) instruments.tracks.add(copy);
      return copy;
    };
    const cloneStream = MediaStream.prototype.clone;
    MediaStream.prototype.clone = function (this: MediaStream) {
      const copy = cloneStream.call(this);
      return this.getTracks().some((track) => instruments.tracks.has(track)) ? keep(copy) : copy;
    };
  }
}

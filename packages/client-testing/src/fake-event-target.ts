type Listener = (event: never) => void;

/** Listeners that can be counted, and events that a test dispatches. What a listener throws, `dispatch()` throws. */
export class FakeEventTarget {
  readonly #listeners: { type: string; listener: Listener }[] = [];

  get listenerCount(): number {
    return this.#listeners.length;
  }
  addEventListener(type: string, listener: Listener, { signal }: { signal?: AbortSignal } = {}): void {
    if (signal?.aborted) return;
    this.#listeners.push({ type, listener });
    signal?.addEventListener("abort", () => this.removeEventListener(type, listener));
  }
  removeEventListener(type: string, listener: Listener): void {
    const index = this.#listeners.findIndex((one) => one.type === type && one.listener === listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }
  dispatch(type: string, event: object = {}): void {
    for (const one of [...this.#listeners]) if (one.type === type) one.listener(event as never);
  }
}

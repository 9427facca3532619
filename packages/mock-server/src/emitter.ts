/** Typed events with their undo. */
export class Emitter<Events extends Record<string, readonly unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<(...values: never[]) => void>>();

  /** Listens until the returned function is called. */
  on<E extends keyof Events>(event: E, listener: (...values: Events[E]) => void): () => void {
    // Wrap the listener: the set would keep the same function only once, and one undo would remove both.
    const entry = (...values: never[]) => listener(...(values as unknown as Events[E]));
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(entry));
    return () => listeners.delete(entry);
  }

  /** Whether anybody listens. */
  has(event: keyof Events): boolean {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  emit<E extends keyof Events>(event: E, ...values: Events[E]): void {
    if (!this.has(event)) return;
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(...(values as unknown as never[]));
  }
}

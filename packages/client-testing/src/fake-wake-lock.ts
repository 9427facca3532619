/** `navigator.wakeLock`: counts what keeps the screen on. */
export class FakeWakeLock {
  readonly #locks = new Set<object>();

  /** How many locks are held. */
  get held(): number {
    return this.#locks.size;
  }
  async request() {
    const lock = { release: async () => void this.#locks.delete(lock) };
    this.#locks.add(lock);
    return lock;
  }
  /** The browser takes all locks back, as it does when the page is hidden. */
  takeBack(): void {
    this.#locks.clear();
  }
}

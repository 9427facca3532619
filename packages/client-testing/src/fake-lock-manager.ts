/** `navigator.locks` (Web Locks) with one name: who holds it, and another tab that takes it. */
export class FakeLockManager {
  /** Whether the browser refuses every request, as it does in a sandboxed frame. */
  refuses = false;
  readonly #steals: ((reason: Error) => void)[] = [];

  /** How many hold the name: one at most, where everybody steals it as they should. */
  get holders(): number {
    return this.#steals.length;
  }
  /** Holds the name until `use` has settled, or somebody steals it: then it rejects. */
  async request(_name: string, options: { steal: boolean }, use: () => Promise<void>): Promise<void> {
    if (this.refuses) throw new DOMException("The request was denied.", "SecurityError");
    if (options.steal) this.steal();
    let steal = (_: Error) => {};
    const stolen = new Promise<never>((_, reject) => {
      steal = reject;
    });
    this.#steals.push(steal);
    await Promise.race([use(), stolen]);
    this.#steals.splice(this.#steals.indexOf(steal), 1);
  }
  /** Takes the name from whoever holds it. */
  steal(): void {
    this.#steals.shift()?.(new DOMException("Lock broken by another request with the 'steal' option.", "AbortError"));
  }
}

import { FakeEventTarget } from "./fake-event-target.js";

/** What the browser says of the microphone's permission. */
export class FakePermissions {
  readonly #target = new FakeEventTarget();
  #state = "granted";

  /** How many listen to a change of it. */
  get listeners(): number {
    return this.#target.listenerCount;
  }
  async query(): Promise<object> {
    const target = this.#target;
    const read = () => this.#state;
    return {
      get state() {
        return read();
      },
      addEventListener: target.addEventListener.bind(target),
    };
  }
  /** The user says otherwise, or the system. */
  change(state: "granted" | "denied" | "prompt"): void {
    this.#state = state;
    this.#target.dispatch("change");
  }
}

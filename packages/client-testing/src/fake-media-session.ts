/** The system's media controls, as far as a client uses them. */
export class FakeMediaSession {
  readonly #handlers = new Map<string, () => void>();
  playbackState = "none";
  /** What the system shows of the microphone; `undefined` before it was told. */
  microphoneActive: boolean | undefined;

  /** The actions that somebody handles. */
  get actions(): string[] {
    return [...this.#handlers.keys()].sort();
  }
  setActionHandler(action: string, handler: (() => void) | null): void {
    if (handler) this.#handlers.set(action, handler);
    else this.#handlers.delete(action);
  }
  async setMicrophoneActive(active: boolean): Promise<void> {
    this.microphoneActive = active;
  }
  /** The user presses that control. */
  press(action: string): void {
    this.#handlers.get(action)?.();
  }
}

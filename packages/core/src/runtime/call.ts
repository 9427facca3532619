/** What a call of the app returns: a promise that knows whether anybody waits for it. */
export class Call extends Promise<void> {
  /** Whether somebody has asked for its outcome, by `then()`, `catch()` or `await`. */
  isHeard = false;

  // `await` calls it as well, for this is no plain promise.
  // biome-ignore lint/suspicious/noThenProperty: it is the point of this class.
  override then<Done = void, Failed = never>(
    // biome-ignore lint/suspicious/noConfusingVoidType: what `then()` of such a promise is given.
    done?: ((value: void) => Done | PromiseLike<Done>) | null,
    failed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    this.isHeard = true;
    return super.then(done, failed);
  }

  /** For the client's own use, which counts for nobody's. */
  watch(done: (() => void) | undefined, failed: (error: unknown) => void): void {
    void super.then(done, failed);
  }
}

import type { ToolOutcome } from "@layercode/core/protocol";

const timeoutMs = 40_000;

/** The calls of tools that wait for the page's answer, by their ids. */
export class ToolResults {
  readonly #waiting = new Map<string, (outcome: ToolOutcome) => void>();

  /** The answer to the call of this id; the error `timeout` after 40 s. Rejects when the signal fires. */
  next(callId: string, signal: AbortSignal): Promise<ToolOutcome> {
    return new Promise<ToolOutcome>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", aborted);
        this.#waiting.delete(callId);
      };
      const aborted = () => {
        stop();
        reject(signal.reason);
      };
      const settle = (outcome: ToolOutcome) => {
        stop();
        resolve(outcome);
      };
      const message = `The page did not answer within ${timeoutMs / 1000} s.`;
      const timer = setTimeout(() => settle({ error: { code: "timeout", message } }), timeoutMs);
      signal.addEventListener("abort", aborted);
      this.#waiting.set(callId, settle);
    });
  }

  /** The page has answered. A second answer, or one that nobody waits for, is nobody's. */
  take(callId: string, outcome: ToolOutcome): void {
    this.#waiting.get(callId)?.(outcome);
  }
}

import { type WavFormat, wavHeader } from "../wav.js";
import { type Sink, wavType } from "./sink.js";

/** How much may wait for a stream that is behind, in seconds of sound. */
export const waitingSeconds = 30;

/** Why a stream takes no more: it failed with `cause`, or, without one, it is too slow. */
export type StreamFailure = { cause: unknown } | "too-slow";

/**
 * Writes a WAV file into the app's own stream: a header without sizes, then each piece when the one before has been taken.
 * `onFailed` is called once, and nothing more is written.
 */
export function createStreamSink(
  stream: WritableStream<Uint8Array>,
  format: WavFormat,
  onFailed: (why: StreamFailure) => void,
): Sink {
  const writer = stream.getWriter();
  const most = waitingSeconds * format.sampleRate * format.channels * 2;
  let waiting = 0;
  let failed = false;

  function fail(why: StreamFailure): void {
    if (failed) return;
    failed = true;
    onFailed(why);
  }

  async function put(bytes: Uint8Array): Promise<void> {
    if (failed) return;
    await writer.write(bytes);
    waiting -= bytes.length;
  }

  // A stream that is closed or errors while nothing is written shows it here.
  writer.closed.catch((cause) => fail({ cause }));
  let last = Promise.resolve();
  const write = (bytes: Uint8Array) => {
    if (failed) return;
    waiting += bytes.length;
    if (waiting > most) return fail("too-slow");
    last = last.then(() => put(bytes)).catch((cause) => fail({ cause }));
  };
  write(wavHeader(format, null));

  return {
    // Copied: the stream keeps what it is given.
    write: (bytes) => write(bytes.slice()),
    async end() {
      await last;
      if (!failed) await writer.close().catch((cause) => fail({ cause }));
      if (failed) throw new Error("The stream has failed.");
      return new Blob([], { type: wavType });
    },
    abort(reason) {
      failed = true;
      writer.abort(reason).catch(() => {});
    },
  };
}

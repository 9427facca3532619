import type { LayercodeClient, LayercodeError, Recording, Undo } from "@layercode/core";

/** What the page shows of a recording. */
export interface RecordingShown {
  readonly isRecording: boolean;
  /** The last one, to be downloaded. */
  readonly file: { readonly href: string; readonly name: string } | null;
  /** Why the last one could not begin, until that is dismissed or the next one begins. */
  readonly refusal: LayercodeError | null;
}

/** The button that records, and the link to what was recorded. */
export interface RecordingControl {
  /** The same object until it changes. */
  get(): RecordingShown;
  /** Calls back when it has changed. Returns the undo; without a listener there is no file any more. */
  subscribe(listener: () => void): Undo;
  /** Starts a recording, or ends the one that there is. */
  toggle(): void;
  /** The user has read the refusal. */
  dismiss(): void;
}

/** A WAV file without a sound has a header alone. */
const headerBytes = 44;

export function createRecordingControl(client: Pick<LayercodeClient, "startRecording">): RecordingControl {
  const listeners = new Set<() => void>();
  let shown: RecordingShown = { isRecording: false, file: null, refusal: null };
  let current: Promise<Recording> | null = null;

  function show(next: RecordingShown): void {
    if (shown.file) URL.revokeObjectURL(shown.file.href);
    shown = next;
    for (const listener of listeners) listener();
  }

  async function record(starting: Promise<Recording>): Promise<void> {
    show({ isRecording: true, file: null, refusal: null });
    let refusal: LayercodeError | null = null;
    const blob = await starting.then(
      // What fails later is told by the client's error event.
      ({ finished }) => finished.catch(() => null),
      (error: LayercodeError) => {
        refusal = error;
        return null;
      },
    );
    current = null;
    const isOffered = blob !== null && blob.size > headerBytes && listeners.size > 0;
    const file = isOffered ? { href: URL.createObjectURL(blob), name: "conversation.wav" } : null;
    show({ isRecording: false, file, refusal });
  }

  return {
    get: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && shown.file) show({ ...shown, file: null });
      };
    },
    toggle() {
      if (current) return void current.then((recording) => recording.stop()).catch(() => {});
      current = client.startRecording();
      void record(current);
    },
    dismiss: () => show({ ...shown, refusal: null }),
  };
}

/** What stands on the button. */
export function recordLabel({ isRecording }: RecordingShown): string {
  return isRecording ? "Stop recording" : "Record";
}

import { FakeEventTarget } from "./fake-event-target.js";

/** `navigator.mediaDevices`: the list of devices, by their labels. The id of a labelled one is `id of <label>`. */
export class FakeMediaDevices extends FakeEventTarget {
  /** How often the list was asked for. */
  enumerations = 0;
  /** While set, asking for the list fails with it. */
  failure: Error | null = null;

  /** An empty label, and so an empty id, is what a page sees before the user allowed the microphone. */
  constructor(
    private microphones: string[],
    private speakers: string[] = [],
  ) {
    super();
  }

  /** How many listeners wait for another list. */
  get listeners(): number {
    return this.listenerCount;
  }
  async enumerateDevices() {
    this.enumerations++;
    if (this.failure) throw this.failure;
    return [...entries("audioinput", this.microphones), ...entries("audiooutput", this.speakers)];
  }
  /** Devices are plugged in or out. */
  change(microphones: string[], speakers = this.speakers): void {
    this.microphones = microphones;
    this.speakers = speakers;
    this.dispatch("devicechange");
  }
}

function entries(kind: "audioinput" | "audiooutput", labels: readonly string[]) {
  return labels.map((label) => ({ kind, deviceId: label && `id of ${label}`, groupId: "", label }));
}

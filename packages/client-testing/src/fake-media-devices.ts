import { FakeEventTarget } from "./fake-event-target.js";

/** `navigator.mediaDevices`: the list of microphones, by their labels. The id of a labelled one is `id of <label>`. */
export class FakeMediaDevices extends FakeEventTarget {
  /** How often the list was asked for. */
  enumerations = 0;
  /** While set, asking for the list fails with it. */
  failure: Error | null = null;

  /** An empty label, and so an empty id, is what a page sees before the user allowed the microphone. */
  constructor(private labels: string[]) {
    super();
  }

  /** How many listeners wait for another list. */
  get listeners(): number {
    return this.listenerCount;
  }
  async enumerateDevices() {
    this.enumerations++;
    if (this.failure) throw this.failure;
    return this.labels.map((label) => ({
      kind: "audioinput",
      deviceId: label && `id of ${label}`,
      groupId: "",
      label,
    }));
  }
  /** Microphones are plugged in or out. */
  change(labels: string[]): void {
    this.labels = labels;
    this.dispatch("devicechange");
  }
}

/** What the page's address may ask for. */
export interface PageOptions {
  /** `?agent=ag-push-to-talk`: which agent to talk with. Default `ag-demo`. */
  agentId: string;
  /** `?processing=off`: the microphone as it is, without echo cancellation, noise suppression and gain control. */
  processing: boolean;
  /** `?defer`: connects without microphone and sound, until a button turns them on. */
  defer: boolean;
}

/** Reads the options from a query such as `?agent=ag-echo&processing=off`. */
export function readPageOptions(query: string): PageOptions {
  const parameters = new URLSearchParams(query);
  return {
    agentId: parameters.get("agent") || "ag-demo",
    processing: parameters.get("processing") !== "off",
    defer: parameters.has("defer"),
  };
}

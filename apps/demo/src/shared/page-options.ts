/** What the address of a page may ask for; every page has the same. */
export interface PageOptions {
  /** `?agent=ag-echo`: whom to talk with, once for each panel. Default one panel, `ag-demo`. */
  agentIds: readonly string[];
  /** `?processing=off`: the microphone as it is, without echo cancellation, noise suppression and gain control. */
  processing: boolean;
  /** `?defer`: connects without microphone and sound, until a button turns them on. */
  defer: boolean;
}

/** Reads the options from a query such as `?agent=ag-demo&agent=ag-echo&processing=off`. */
export function readPageOptions(query: string): PageOptions {
  const parameters = new URLSearchParams(query);
  const agentIds = parameters.getAll("agent").filter((agentId) => agentId !== "");
  return {
    agentIds: agentIds.length > 0 ? agentIds : ["ag-demo"],
    processing: parameters.get("processing") !== "off",
    defer: parameters.has("defer"),
  };
}

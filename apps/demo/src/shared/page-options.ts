/** What the address of a page may ask for; every page has the same. */
export interface PageOptions {
  /** `?agent=ag-echo`: whom to talk with, once for each panel. Default one panel, `ag-demo`. */
  agentIds: readonly string[];
  /** `?processing=off`: the microphone as it is, without echo cancellation, noise suppression and gain control. */
  processing: boolean;
  /** `?defer`: connects without microphone and sound, until a button turns them on. */
  defer: boolean;
  /** `?remember`: the chosen microphone and loudspeaker survive a reload. */
  remember: boolean;
  /** `?connect`: connects at once, without a click; most browsers then hold the sound back. */
  connect: boolean;
  /** `?frame=40`: milliseconds of microphone audio in a message. Default: the client's. */
  frameMs: number | null;
  /** `?worklet`: loads the audio worklet from a file of the page's own, as a strict Content-Security-Policy asks for. */
  hostsWorklet: boolean;
  /** `?vad=off`: the page does not detect speech, and everything is sent; `?vad=energy`: without the model. Default: by the model. */
  vad: false | "energy" | "silero";
}

/** Reads the options from a query such as `?agent=ag-demo&agent=ag-echo&processing=off`. */
export function readPageOptions(query: string): PageOptions {
  const parameters = new URLSearchParams(query);
  const agentIds = parameters.getAll("agent").filter((agentId) => agentId !== "");
  return {
    agentIds: agentIds.length > 0 ? agentIds : ["ag-demo"],
    processing: parameters.get("processing") !== "off",
    defer: parameters.has("defer"),
    remember: parameters.has("remember"),
    connect: parameters.has("connect"),
    frameMs: parameters.has("frame") ? Number(parameters.get("frame")) : null,
    hostsWorklet: parameters.has("worklet"),
    vad: detectorOf(parameters.get("vad")),
  };
}

function detectorOf(name: string | null): PageOptions["vad"] {
  if (name === "off") return false;
  return name === "energy" ? name : "silero";
}

import type { ClientState, EndReason, LayercodeClient, LayercodeError, LayercodeErrorCode } from "@layercode/core";

/** An error as people read it. */
export interface ErrorWords {
  title: string;
  remedy: string;
  /** What the conversation can do without: then it can go on by text. */
  goOnWithout?: "microphone" | "all sound";
}

/** What to say of an error; the state tells whether it ended a conversation or kept one from beginning. */
export function wordsOf(
  error: LayercodeError,
  { status, endReason }: Pick<ClientState, "status" | "endReason">,
): ErrorWords {
  const { code, status: httpStatus = 0 } = error;
  if (endReason?.by === "server" && endReason.error === error)
    return { ...closedByServer, remedy: wordsOfServer(endReason) };
  if (code === "authorization" && httpStatus >= 500) return serverFailed;
  return code === "connection" && status === "error" ? unreachable : errorWords[code];
}

/** What a server said on closing, or else its code. */
export function wordsOfServer({ code, reason }: EndReason): string {
  return reason ? `It said: “${reason}”.` : `It gave no reason but the code ${code}.`;
}

/** What to say where a recording could not begin, whatever the reason: the conversation does not need it. */
export const recordingRefused: ErrorWords = {
  title: "The recording could not be started",
  remedy: "The conversation goes on without it. Try again, or reload this page.",
};

const closedByServer = { title: "The server has ended the conversation" };

const serverFailed: ErrorWords = {
  title: "The server has a problem",
  remedy: "It could not start a conversation. Try again in a moment.",
};

const unreachable: ErrorWords = {
  title: "The server cannot be reached",
  remedy: "Check your network connection, and that the server runs, then try again.",
};

/** What to say for each kind of error. */
const errorWords: Record<LayercodeErrorCode, ErrorWords> = {
  "permission-denied": {
    title: "The microphone is blocked",
    remedy: "Allow it in your browser's settings for this page and try again, or continue by text.",
    goOnWithout: "microphone",
  },
  "permission-dismissed": {
    title: "The microphone was not allowed",
    remedy: "Try again and choose “Allow”, or continue by text.",
    goOnWithout: "microphone",
  },
  "device-not-found": {
    title: "A device is missing",
    remedy: "There is no microphone, or the chosen device is gone. Plug one in and try again, or continue by text.",
    goOnWithout: "microphone",
  },
  "device-in-use": {
    title: "The microphone is in use",
    remedy: "Close the other app that uses it and try again, or continue by text.",
    goOnWithout: "microphone",
  },
  "insecure-context": {
    title: "This page may not use the microphone",
    remedy: "Browsers allow it only over https, or on localhost. Open the page there, or continue by text.",
    goOnWithout: "microphone",
  },
  "blocked-by-policy": {
    title: "The microphone is not permitted here",
    remedy: "The page, or the page it is embedded in, forbids it. Open it in a tab of its own, or continue by text.",
    goOnWithout: "microphone",
  },
  overconstrained: {
    title: "No microphone fits",
    remedy: "None does what was asked of it. Choose another one in your system's settings, or continue by text.",
    goOnWithout: "microphone",
  },
  "worklet-load": {
    title: "The sound could not be started",
    remedy: "A part of this page did not load. Reload it, or continue by text.",
    goOnWithout: "all sound",
  },
  "output-unsupported": {
    title: "The sound cannot be played here",
    remedy: "This browser cannot play where it was told to. Choose another device, or continue by text.",
    goOnWithout: "all sound",
  },
  "audio-blocked": {
    title: "The browser holds the sound back",
    remedy: "Click anywhere on the page: then it starts.",
  },
  "detector-failed": {
    title: "Speech is told by its loudness alone",
    remedy: "What tells it better did not load. Speak on; where there is noise, use the button to talk.",
  },
  "recording-failed": {
    title: "The recording has ended",
    remedy: "It could not be kept. The conversation goes on; start another recording if you want one.",
  },
  authorization: {
    title: "The conversation was refused",
    remedy: "The server did not let this page in. Check that the server runs and knows this agent, then try again.",
  },
  "insufficient-balance": {
    title: "The account has run out of credit",
    remedy: "Top it up in the Layercode dashboard, then try again.",
  },
  "connect-timeout": {
    title: "The server takes too long",
    remedy: "Check your network connection and try again in a moment.",
  },
  connection: {
    title: "The connection was lost",
    remedy: "Check your network connection, then resume: the conversation goes on where it was.",
  },
  aborted: {
    title: "The conversation was stopped",
    remedy: "If another tab of this page took over, try again to have it back here.",
  },
  protocol: {
    title: "The server said something incomprehensible",
    remedy: "It was left out, and the conversation goes on. If it happens again, update this page.",
  },
  "not-connected": {
    title: "There is no connection",
    remedy: "Start a conversation, or wait until its connection is back, then try again.",
  },
  "invalid-data": {
    title: "The agent sent something unexpected",
    remedy: "It is shown as it came, if at all, and the conversation goes on.",
  },
  "tool-failed": {
    title: "A tool of this page failed",
    remedy: "The agent was told, and the conversation goes on.",
  },
  "invalid-option": { title: "This page is set up wrongly", remedy: "The details name what to correct." },
};

/** Goes on without the microphone, or without all sound, whichever failed. Resolves when connected. */
export async function continueByText(client: LayercodeClient, { code }: LayercodeError): Promise<void> {
  void client.setAudioInput(false);
  if (errorWords[code].goOnWithout === "all sound") void client.setAudioOutput(false);
  await client.connect();
}

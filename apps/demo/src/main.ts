import type { LayercodeClient, Undo } from "@layercode/core";
import { showComposer } from "./composer";
import { showControls } from "./controls";
import { createConversation } from "./conversation";
import { showConversationId } from "./conversation-id-view";
import { showErrors } from "./error-view";
import { showLevels } from "./meters";
import { readPageOptions } from "./page-options";
import { showPushToTalk } from "./push-to-talk-button";
import { showStatus } from "./status-view";
import { showTranscript } from "./transcript-view";
import "./style.css";

const options = readPageOptions(location.search);
let close = open(createConversation(options));

/** Puts a conversation on the page: each part of it watches the client. Returns the undo of all. */
function open(client: LayercodeClient): Undo {
  const undo = [
    showStatus(client),
    showLevels(client),
    showTranscript(client),
    showErrors(client),
    showPushToTalk(client),
    showControls(client, options),
    showComposer(client),
    showConversationId(client, startAnew),
  ];
  return () => {
    for (const stop of undo) stop();
    void client.disconnect();
  };
}

/** A client goes on with its conversation for as long as it lives: a new conversation is a new client. */
function startAnew(previous: LayercodeClient): void {
  const { audioInput, audioOutput, isMuted, status } = previous.getSnapshot();
  close();
  const client = createConversation(options);
  if (!audioInput) void client.setAudioInput(false);
  if (!audioOutput) void client.setAudioOutput(false);
  if (isMuted) client.mute();
  close = open(client);
  // In the click that led here: the browser lets sound begin only then.
  if (status === "connected" || status === "connecting") void client.connect();
}

import { LayercodeClient, type Undo } from "@layercode/core";
import { accentTool } from "../shared/accent-tool.js";
import type { Panel } from "../shared/panel.js";
import { createRecordingControl } from "../shared/recording.js";
import type { Start } from "../shared/start.js";
import { showComposer } from "./composer.js";
import { showControls } from "./controls.js";
import html from "./conversation.html?raw";
import { showDiagnosis } from "./diagnosis-panel.js";
import { showErrors } from "./error-view.js";
import { showFooter } from "./footer.js";
import { showLevels } from "./levels.js";
import { showMessageLog } from "./message-log.js";
import { showMicrophones } from "./microphone-select.js";
import { showPushToTalk } from "./push-to-talk.js";
import { showRecording } from "./recording.js";
import { showSound } from "./sound.js";
import { showSpeakingLight } from "./speaking-light.js";
import { showStatus } from "./status-view.js";
import { showTranscript } from "./transcript-view.js";

interface ConversationProps {
  panel: Panel;
  start: Start;
  /** A client goes on with its conversation for as long as it lives: a new conversation is a new client. */
  startAnew(): void;
}

/** Makes a client and shows its conversation: each part of it watches the client. Returns the undo of all. */
export function showConversation(place: HTMLElement, { panel, start, startAnew }: ConversationProps): Undo {
  const getOptions = () => ({
    agentId: panel.agentId,
    authorizeSessionEndpoint: "/api/authorize",
    ...start.getOptions(),
  });
  const client = new LayercodeClient(getOptions());
  const recording = createRecordingControl(client);
  place.innerHTML = html;
  const undo = [
    showStatus(place, client),
    showLevels(place, client),
    showSpeakingLight(place, client),
    showTranscript(place, client),
    showErrors(place, client, recording),
    showPushToTalk(place, client),
    showControls(place, client, panel),
    showMicrophones(place, client),
    showSound(place, client),
    showComposer(place, client),
    showFooter(place, client, startAnew),
    showRecording(place, recording),
    showMessageLog(place, client),
    showDiagnosis(place, client),
    client.addTool("setAccent", accentTool),
    panel.adopt(client),
    start.subscribe(() => client.setOptions(getOptions())),
  ];
  return () => {
    for (const stop of undo) stop();
    void client.dispose();
  };
}

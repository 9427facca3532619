// All recipes for a page, on one page.
import { LayercodeClient } from "@layercode/core";
import { showCaptions } from "../src/captions.js";
import { chooseMicrophone } from "../src/choose-a-microphone.js";
import { recordButton } from "../src/download-a-recording.js";
import { holdToTalk } from "../src/push-to-talk-on-a-phone.js";
import { startButton } from "../src/safari-and-ios.js";
import { showLevels } from "../src/style-the-visualizer.js";

const find = <E extends Element>(selector: string) => document.querySelector(selector) as E;

const client = new LayercodeClient({
  agentId: new URLSearchParams(location.search).get("agent") ?? "ag-123456",
  authorizeSessionEndpoint: "/api/authorize",
  url: "/v1/agents/web/websocket",
  workletUrl: "worklet.js",
  vadWorkletUrl: "detector.js",
  recordingWorkletUrl: "recording.js",
  onError: (error) => find('[role="alert"]').append(error.message),
});
const undo = [
  startButton(find("#start"), client),
  holdToTalk(find("#hold"), client),
  chooseMicrophone(find("select"), client),
  showLevels(find("canvas"), find("#ring"), client),
  showCaptions(find("#captions"), client),
  recordButton(find("#record"), find("#recording"), client),
];
addEventListener("undo-all", () => {
  for (const one of undo) one();
});

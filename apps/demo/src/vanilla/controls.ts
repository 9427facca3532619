import type { LayercodeClient, Undo } from "@layercode/core";
import { connectLabel, isIdle, isUnderWay, withHint } from "../shared/controls.js";
import type { Panel } from "../shared/panel.js";
import { rendered } from "../shared/render-count.js";
import { part } from "./part.js";
import { watch } from "./watch.js";

/** The buttons around a conversation: start and end, by voice or by text, mute, the agent's sound. */
export function showControls(place: HTMLElement, client: LayercodeClient, panel: Panel): Undo {
  const connect = part(place, ".connect", HTMLButtonElement);
  const mute = part(place, ".mute", HTMLButtonElement);
  const agentSound = part(place, ".agent-sound", HTMLButtonElement);
  const talk = part(place, ".talk", HTMLInputElement);
  const typeOnly = part(place, ".type-only", HTMLInputElement);
  const startAudio = part(place, ".start-audio", HTMLButtonElement);
  talk.name = typeOnly.name = `${panel.id}-mode`;

  const onClick = (button: HTMLElement, act: () => void) => button.addEventListener("click", act);
  onClick(connect, () => void (isIdle(client.getSnapshot()) ? client.connect() : client.disconnect()));
  onClick(mute, () => void (client.isMuted ? client.unmute() : client.mute(withHint)));
  onClick(agentSound, () => void client.setAudioOutput(!client.getSnapshot().audioOutput));
  onClick(startAudio, () => {
    panel.turnOnSound(client);
    startAudio.hidden = true;
  });
  talk.addEventListener("change", () => void client.setAudioInput(true));
  typeOnly.addEventListener("change", () => void client.setAudioInput(false));

  return watch(
    client,
    (state) => [state.status, connectLabel(state), state.audioInput, state.audioOutput, state.isMuted],
    (status, label, audioInput, audioOutput, isMuted) => {
      rendered("controls");
      connect.textContent = label;
      connect.classList.toggle("primary", isIdle({ status }));
      mute.hidden = !isUnderWay({ status }) || !audioInput;
      agentSound.hidden = !isUnderWay({ status });
      mute.setAttribute("aria-pressed", String(isMuted));
      agentSound.setAttribute("aria-pressed", String(audioOutput));
      talk.checked = audioInput;
      typeOnly.checked = !audioInput;
      startAudio.hidden = !(panel.deferred && status === "connected");
    },
  );
}

import type { ClientState, LayercodeClient, Undo } from "@layercode/core";
import { element } from "./elements";
import type { PageOptions } from "./page-options";

/** The buttons around a conversation: start and end, by voice or by text, mute, the agent's sound. */
export function showControls(client: LayercodeClient, { defer }: PageOptions): Undo {
  const connect = element("connect", HTMLButtonElement);
  const mute = element("mute", HTMLButtonElement);
  const agentSound = element("agent-sound", HTMLButtonElement);
  const talk = element("talk", HTMLInputElement);
  const typeOnly = element("type-only", HTMLInputElement);
  const startAudio = element("start-audio", HTMLButtonElement);
  let waitingForAudio = defer;

  const render = () => {
    const state = client.getSnapshot();
    const idle = isIdle(state);
    connect.textContent = connectLabel(state);
    connect.classList.toggle("primary", idle);
    mute.hidden = state.status !== "connected" || !state.audioInput;
    agentSound.hidden = state.status !== "connected";
    mute.ariaPressed = String(state.isMuted);
    agentSound.ariaPressed = String(state.audioOutput);
    talk.checked = state.audioInput;
    typeOnly.checked = !state.audioInput;
    startAudio.hidden = !(waitingForAudio && state.status === "connected");
  };
  render();

  // What fails is told by the client's error event: see error-view.ts.
  const quietly = (call: Promise<void>) => void call.catch(() => {});
  const listening = new AbortController();
  const onClick = (button: HTMLElement, act: () => void) =>
    button.addEventListener("click", act, { signal: listening.signal });
  onClick(connect, () => {
    quietly(isIdle(client.getSnapshot()) ? client.connect() : client.disconnect());
  });
  onClick(mute, () => (client.isMuted ? quietly(client.unmute()) : client.mute()));
  onClick(agentSound, () => quietly(client.setAudioOutput(!client.getSnapshot().audioOutput)));
  onClick(startAudio, () => {
    waitingForAudio = false;
    quietly(client.setAudioOutput(true));
    quietly(client.setAudioInput(true));
    render();
  });
  for (const [choice, on] of [
    [talk, true],
    [typeOnly, false],
  ] as const)
    choice.addEventListener("change", () => quietly(client.setAudioInput(on)), { signal: listening.signal });

  const unsubscribe = client.subscribe(render);
  return () => {
    listening.abort();
    unsubscribe();
  };
}

function isIdle({ status }: ClientState): boolean {
  return status === "disconnected" || status === "error";
}

function connectLabel({ status, conversationId }: ClientState): string {
  if (status === "connecting") return "Cancel";
  if (status === "connected") return "End";
  if (status === "error") return "Try again";
  return conversationId ? "Resume conversation" : "Start conversation";
}

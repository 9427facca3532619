// An app written against the documented API of @layercode/react-sdk 2.8: what it imports is that package to the compiler,
// and ours to the compiler of real-uses.test.tsx, and when it runs.

import {
  LayercodeMicrophoneSelect,
  MicrophoneSelect,
  type MicrophoneSelectProps,
  type UseLayercodeAgentOptions,
  type UseLayercodeAgentReturn,
  useLayercodeAgent,
} from "@layercode/react-sdk";
import { useEffect, useState } from "react";

interface VoiceAgentProps {
  /** What the test adds; an app has its own. */
  options?: Partial<UseLayercodeAgentOptions>;
  log: (line: string) => void;
}

export function VoiceAgent({ options = {}, log }: VoiceAgentProps) {
  const [reply, setReply] = useState("");
  const agent = useLayercodeAgent({
    agentId: "ag-123456",
    authorizeSessionEndpoint: "/api/authorize",
    conversationId: "lc_conv_1",
    metadata: { userId: "user-123" },
    audioInput: true,
    audioOutput: true,
    enableAmplitudeMonitoring: true,
    autoLoadInputDevices: true,
    authorizeSessionRequest: async ({ url, body }) =>
      fetch(url, { method: "POST", headers: { "X-Tenant": "one" }, body: JSON.stringify(body) }),
    onConnect: ({ conversationId, config }) => log(`connect ${conversationId} ${config?.transcription?.trigger}`),
    onDisconnect: () => log("disconnect"),
    onError: (error) => log(`error ${error.message}`),
    onMessage: (event) => {
      log(`message ${event.type}`);
      if (event.type === "response.text") setReply((before) => before + event.content);
    },
    onDataMessage: (data) => log(`data ${JSON.stringify(data.content)}`),
    onMuteStateChange: (isMuted) => log(`muted ${isMuted}`),
    onUserSpeakingChange: (isSpeaking) => log(`user speaking ${isSpeaking}`),
    onAgentSpeakingChange: (isSpeaking) => log(`agent speaking ${isSpeaking}`),
    onAudioInputChanged: (enabled) => log(`audio input ${enabled}`),
    onAudioOutputChanged: (enabled) => log(`audio output ${enabled}`),
    ...options,
  });
  const { connect, disconnect, mute, unmute, isMuted, status, conversationId } = agent;
  const { audioInput, setAudioInput, audioOutput, setAudioOutput } = agent;

  useEffect(() => {
    return () => {
      disconnect();
    };
  }, [disconnect]);

  return (
    <main>
      <p id="status">{status === "initializing" ? "Not connected yet" : status}</p>
      <p id="conversation">{conversationId ?? "none"}</p>
      <p id="reply">{reply}</p>
      <p id="speaking">{`${agent.userSpeaking ? "user" : ""}${agent.agentSpeaking ? "agent" : ""}`}</p>
      <button type="button" id="connect" onClick={() => agent.connect()} disabled={status === "connecting"}>
        Connect
      </button>
      <button type="button" id="retry" onClick={connect}>
        Try again
      </button>
      <button type="button" id="disconnect" onClick={disconnect}>
        Disconnect
      </button>
      <button type="button" id="mute" onClick={() => (isMuted ? unmute() : mute())}>
        {isMuted ? "Unmute" : "Mute"}
      </button>
      <button type="button" id="input" onClick={() => setAudioInput((on: boolean) => !on)}>
        {audioInput ? "Text only" : "Voice"}
      </button>
      <button type="button" id="output" onClick={() => setAudioOutput(!audioOutput)}>
        {audioOutput ? "Silence" : "Sound"}
      </button>
      <button type="button" id="text" onClick={() => agent.sendClientResponseText("Hello")}>
        Say hello
      </button>
      <button type="button" id="data" onClick={() => agent.sendClientResponseData({ page: 1 })}>
        Tell the page
      </button>
      <HoldToTalk {...agent} />
      <Levels agent={agent} />
      <MicrophoneSelect agent={agent} helperText="Pick an input before connecting." autoRefresh={false} />
      <LayercodeMicrophoneSelect {...microphoneSelectProps} agent={agent} />
      <Microphones agent={agent} />
    </main>
  );
}

const microphoneSelectProps: Omit<MicrophoneSelectProps, "agent"> = {
  label: "Second select",
  emptyLabel: "None",
  containerClassName: "second",
  className: "select",
};

function HoldToTalk({
  triggerUserTurnStarted,
  triggerUserTurnFinished,
}: Pick<UseLayercodeAgentReturn, "triggerUserTurnStarted" | "triggerUserTurnFinished">) {
  return (
    <button
      type="button"
      id="talk"
      onMouseDown={triggerUserTurnStarted}
      onMouseUp={triggerUserTurnFinished}
      onMouseLeave={triggerUserTurnFinished}
      onTouchStart={triggerUserTurnStarted}
      onTouchEnd={triggerUserTurnFinished}
    >
      Hold to speak
    </button>
  );
}

function Levels({ agent: { userAudioAmplitude, agentAudioAmplitude } }: { agent: UseLayercodeAgentReturn }) {
  return (
    <p id="levels">
      {userAudioAmplitude.toFixed(2)} {agentAudioAmplitude.toFixed(2)}
    </p>
  );
}

function Microphones({ agent }: { agent: UseLayercodeAgentReturn }) {
  const { availableInputDevices, activeInputDeviceId, preferredInputDeviceId } = agent;
  const { isInputDeviceListLoading, inputDeviceListError, refreshInputDevices, selectInputDevice } = agent;
  return (
    <ul>
      {availableInputDevices.map((device) => (
        <li key={device.deviceId}>
          <button type="button" onClick={() => selectInputDevice(device.default ? null : device.deviceId)}>
            {device.label} {device.deviceId === (preferredInputDeviceId ?? activeInputDeviceId) ? "(in use)" : ""}
          </button>
        </li>
      ))}
      <li>
        <button type="button" id="refresh" onClick={() => refreshInputDevices().then((found) => found.length)}>
          {isInputDeviceListLoading ? "Loading" : (inputDeviceListError ?? "Refresh")}
        </button>
      </li>
    </ul>
  );
}

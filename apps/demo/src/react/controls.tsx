import { MicrophoneSelect, useLayercode } from "@layercode/react";
import { useState } from "react";
import { connectLabel, isIdle, isUnderWay, withHint } from "../shared/controls.js";
import type { Panel } from "../shared/panel.js";
import type { RecordingControl } from "../shared/recording.js";
import { rendered } from "../shared/render-count.js";
import { ErrorNotice } from "./error-notice.js";
import { PushToTalkButton } from "./push-to-talk-button.js";
import { Sound } from "./sound.js";

interface ControlsProps {
  panel: Panel;
  recording: RecordingControl;
  onContinuedByText: () => void;
}

/** What is around a conversation: start and end, mute, the agent's sound, by voice or by text, the microphone. */
export function Controls({ panel, recording, onContinuedByText }: ControlsProps) {
  const agent = useLayercode();
  const { status, audioInput, audioOutput, audioBlocked, isMuted } = agent;
  const { connect, disconnect, mute, unmute, setAudioInput, setAudioOutput, resumeAudio } = agent;
  const [isDeferred, setDeferred] = useState(panel.deferred);

  const turnOnSound = () => {
    panel.turnOnSound(agent.client);
    setDeferred(false);
  };
  const way = (words: string, isTalking: boolean) => (
    <label>
      <input
        type="radio"
        name={`${panel.id}-mode`}
        checked={audioInput === isTalking}
        onChange={() => setAudioInput(isTalking)}
      />
      <span>{words}</span>
    </label>
  );

  rendered("controls");
  return (
    <section className="controls" aria-label="Conversation">
      <ErrorNotice recording={recording} onContinuedByText={onContinuedByText} />
      {audioBlocked && (
        <button type="button" className="resume-audio primary" onClick={resumeAudio}>
          Turn on sound
        </button>
      )}
      <PushToTalkButton />
      <div className="buttons">
        <button
          type="button"
          className={isIdle(agent) ? "connect primary" : "connect"}
          onClick={() => (isIdle(agent) ? connect() : disconnect())}
        >
          {connectLabel(agent)}
        </button>
        {isUnderWay(agent) && audioInput && (
          <button
            type="button"
            className="mute switch"
            aria-pressed={isMuted}
            onClick={() => (isMuted ? unmute() : mute(withHint))}
          >
            Mute
          </button>
        )}
        {isUnderWay(agent) && (
          <button
            type="button"
            className="agent-sound switch"
            aria-pressed={audioOutput}
            aria-label="Agent sound"
            onClick={() => setAudioOutput((on) => !on)}
          >
            Sound
          </button>
        )}
      </div>
      <fieldset className="mode">
        <legend>Take part by</legend>
        {way("Talking", true)}
        {way("Typing only", false)}
      </fieldset>
      <MicrophoneSelect containerClassName="microphone" />
      <Sound />
      {isDeferred && status === "connected" && (
        <button type="button" className="start-audio" onClick={turnOnSound}>
          Turn on microphone and sound
        </button>
      )}
    </section>
  );
}

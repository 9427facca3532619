// The agent's configuration, as the backend passes it on.

type TranscriptionConfig = { trigger: "automatic" | "push_to_talk"; can_interrupt: boolean; automatic: boolean };

/** The agent listens all the time, and may be interrupted. */
export const automaticConfig: { transcription: TranscriptionConfig } = {
  transcription: { trigger: "automatic", can_interrupt: true, automatic: true },
};

/** The agent listens while the user holds the button. */
export const pushToTalkConfig: { transcription: TranscriptionConfig } = {
  transcription: { trigger: "push_to_talk", can_interrupt: true, automatic: false },
};

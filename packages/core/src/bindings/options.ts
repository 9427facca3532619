import type { Store } from "../client/store.js";
import type { LayercodeClientOptions } from "../options/layercode-client-options.js";

/** The options of `useLayercodeAgent`, the same in every framework. */
// biome-ignore lint/suspicious/noExplicitAny: as the options of the client.
export interface LayercodeAgentOptions<Content = any, Inputs = any, Sent = any>
  extends Omit<
    LayercodeClientOptions<Content, Inputs, Sent>,
    "onUserIsSpeakingChange" | "audioInputChanged" | "audioOutputChanged"
  > {
  onUserSpeakingChange?: ((speaking: boolean) => void) | undefined;
  onAudioInputChanged?: ((on: boolean) => void) | undefined;
  onAudioOutputChanged?: ((on: boolean) => void) | undefined;
  /**
   * Whether microphones are listed before the microphone is switched on. Default `true`; listing never prompts. A change
   * counts at once.
   */
  autoLoadInputDevices?: boolean | undefined;
}

/** The options that an agent was given last; none for a client of the app. */
export type AgentOptions = Pick<Store<Partial<LayercodeAgentOptions>>, "get" | "subscribe">;

export function toClientOptions(options: LayercodeAgentOptions): LayercodeClientOptions {
  // Of none at all, the client says what is missing. What is the binding's own is no option of the client.
  const {
    onUserSpeakingChange,
    onAudioInputChanged,
    onAudioOutputChanged,
    autoLoadInputDevices: _,
    ...rest
  } = options ?? {};
  return {
    ...rest,
    ...(onUserSpeakingChange && { onUserIsSpeakingChange: onUserSpeakingChange }),
    ...(onAudioInputChanged && { audioInputChanged: onAudioInputChanged }),
    ...(onAudioOutputChanged && { audioOutputChanged: onAudioOutputChanged }),
  };
}

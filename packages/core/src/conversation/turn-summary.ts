/**
 * How one turn of the agent went, once it is over. Milliseconds; `null`: it cannot be known, or there was no such thing.
 */
export interface TurnSummary {
  /** As the server wrote it; `null` where it named none. */
  readonly turnId: string | null;
  readonly conversationId: string | null;
  /** Whether it was broken off before it was heard whole: by the user, or because the connection ended. */
  readonly interrupted: boolean;
  /**
   * From the end of the user's speech until the first sample of the answer is heard, by the audio clock; the output's latency
   * counts, as far as the browser reports it. `null` where the user did not speak, or nothing was heard.
   */
  readonly voiceToVoiceMs: number | null;
  /**
   * Who said when the user's speech had ended: the `detection` of speech on this page (without its hang-over), the `server`
   * (its `turn.end`, or the final transcript), or the release of the `press`. `null` where the user did not speak.
   */
  readonly speechEndFrom: "detection" | "server" | "press" | null;
  /**
   * From the end of the user's turn (the server's `turn.end` or final transcript, the release of push-to-talk, a typed
   * message) until the first message of the reply with audio or text. `null` where the agent spoke unasked.
   */
  readonly responseMs: number | null;
  /** How much of its audio was heard; `null` without sound. */
  readonly heardMs: number | null;
  /** How often the network made it silent in mid-turn, */
  readonly underruns: number;
  /** and for how long in all. */
  readonly silenceMs: number;
  /** By how much it lasted longer, at the same pitch, because the network was nearly late; `null` where the speaker does not tell. */
  readonly stretchedMs: number | null;
  /** How much of the voice was repeated because the network was late; `null` where the speaker does not tell. */
  readonly concealedMs: number | null;
}

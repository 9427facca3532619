/** What a slice makes of an event: its next state, and the effects that somebody else has to carry out, in their order. */
export interface Transition<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** The next state, and what is to be done. */
export function next<State, const Effects extends readonly unknown[]>(
  state: State,
  ...effects: Effects
): Transition<State, Effects[number]> {
  return { state, effects };
}

type EffectOf<Step> = Step extends (state: never) => Transition<unknown, infer Effect> ? Effect : never;

/**
 * Takes transitions one after the other. Each gets the state that the one before left, so that nobody writes back a
 * copy that was taken before a call changed it.
 */
export function chain<State, Steps extends readonly ((state: State) => Transition<State, unknown>)[]>(
  state: State,
  ...steps: Steps
): Transition<State, EffectOf<Steps[number]>> {
  const effects: unknown[] = [];
  for (const step of steps) {
    const taken = step(state);
    state = taken.state;
    effects.push(...taken.effects);
  }
  return { state, effects: effects as EffectOf<Steps[number]>[] };
}

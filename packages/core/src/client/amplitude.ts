import type { Undo } from "../undo.js";

/** Reads both levels, by default 30 times a second, and tells each one that changed. A timer, not rAF: a hidden tab counts too. */
export function watchAmplitude(
  read: () => { user: number; agent: number },
  onUser: (amplitude: number) => void,
  onAgent: (amplitude: number) => void,
  intervalMs = 1000 / 30,
): Undo {
  let last = { user: 0, agent: 0 };
  const timer = setInterval(() => {
    const now = read();
    const before = last;
    last = now;
    if (now.user !== before.user) onUser(now.user);
    if (now.agent !== before.agent) onAgent(now.agent);
  }, intervalMs);
  return () => {
    clearInterval(timer);
    if (last.user !== 0) onUser(0);
    if (last.agent !== 0) onAgent(0);
  };
}

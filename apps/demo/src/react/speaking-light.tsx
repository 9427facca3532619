import { useLayercode } from "@layercode/react";

/** Lit while the user is heard to speak. What is going on, the status says in words. */
export function SpeakingLight() {
  const isLit = useLayercode((agent) => agent.userSpeaking);
  return <span className="speaking-light" data-lit={isLit} aria-hidden="true" />;
}

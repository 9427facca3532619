import { useLayercode, usePushToTalk } from "@layercode/react";
import { canHold, holdLabel } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";

/** The button of an agent that listens only while it is held. */
export function PushToTalkButton() {
  const isShown = useLayercode(canHold);
  const isMuted = useLayercode((agent) => agent.isMuted);
  const button = usePushToTalk();

  rendered("push-to-talk");
  if (!isShown) return null;
  return (
    <button {...button} className="push-to-talk" disabled={button.disabled || isMuted}>
      {holdLabel(button["aria-pressed"])}
    </button>
  );
}

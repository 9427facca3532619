import { AudioVisualizer } from "@layercode/react";
import { rendered } from "../shared/render-count.js";
import { SpeakingLight } from "./speaking-light.js";

/** How loud both sides are, drawn while connected. Nothing renders for it. */
export function Levels() {
  rendered("levels");
  return (
    <section className="levels" aria-label="Sound levels">
      <figure className="level level-agent">
        <figcaption>Agent</figcaption>
        <AudioVisualizer source="agent" role="img" aria-label="Loudness of the agent" />
      </figure>
      <figure className="level level-user">
        <figcaption>
          You <SpeakingLight />
        </figcaption>
        <AudioVisualizer source="user" role="img" aria-label="Loudness of your microphone" />
      </figure>
    </section>
  );
}

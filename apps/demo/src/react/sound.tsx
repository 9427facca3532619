import { SpeakerSelect, useLayercode } from "@layercode/react";
import { rendered } from "../shared/render-count.js";

/** Where the agent is heard, and how loud. */
export function Sound() {
  const { volume, setVolume } = useLayercode();

  rendered("sound");
  return (
    <>
      <SpeakerSelect label="Loudspeaker" containerClassName="loudspeaker" />
      <label className="volume">
        <span>Volume</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={volume}
          onChange={({ target }) => setVolume(target.valueAsNumber)}
        />
      </label>
    </>
  );
}

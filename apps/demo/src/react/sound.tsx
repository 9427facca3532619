import { useLayercode } from "@layercode/react";
import { loudspeakerName } from "../shared/controls.js";
import { rendered } from "../shared/render-count.js";

/** Where the agent is heard, and how loud. */
export function Sound() {
  const { availableOutputDevices: devices, outputDeviceId, setOutputDevice, volume, setVolume } = useLayercode();

  rendered("sound");
  return (
    <>
      {devices.length > 0 && (
        <label className="loudspeaker">
          <span>Loudspeaker</span>
          {/* What is refused is told by the agent's error, and taken back. */}
          <select value={outputDeviceId ?? ""} onChange={({ target }) => setOutputDevice(target.value || null)}>
            <option value="">System default loudspeaker</option>
            {devices.map((device, i) => (
              <option key={device.deviceId || i} value={device.deviceId}>
                {loudspeakerName(device, i)}
              </option>
            ))}
          </select>
        </label>
      )}
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

import { useLayercode } from "@layercode/react";
import { rendered } from "../shared/render-count.js";
import { describeActivity, statusNames } from "../shared/status.js";

/** The connection, what is going on, and what to do next. Only the connection is announced: the rest changes often. */
export function Status() {
  const status = useLayercode((agent) => agent.status);
  // Words stay the same while a message grows: then nothing renders.
  const activity = useLayercode((agent) => describeActivity(agent).activity);
  const hint = useLayercode((agent) => describeActivity(agent).hint);

  rendered("status");
  return (
    <header className="head">
      <p className="status" role="status" data-status={status}>
        {statusNames[status]}
      </p>
      <p className="activity">{activity}</p>
      <p className="hint">{hint}</p>
    </header>
  );
}

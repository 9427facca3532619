import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Mount } from "../shared/page.js";
import { AgentPanel } from "./agent-panel.js";

/** The page in React: `@layercode/react`. */
export const mount: Mount = (element, { panels }) => {
  const root = createRoot(element);
  root.render(
    <StrictMode>
      {panels.map((panel) => (
        <AgentPanel key={panel.id} panel={panel} />
      ))}
    </StrictMode>,
  );
  return () => root.unmount();
};

import { connection } from "next/server";
import { agentId } from "./agent-id";
import { Conversation } from "./conversation";

export default async function Page() {
  // The environment counts when a page is asked for, not when the app is built.
  await connection();
  return <Conversation agentId={agentId} url={process.env.LAYERCODE_WEBSOCKET_URL} />;
}

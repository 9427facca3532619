export { parseServerMessage as read } from "@layercode/core/protocol";

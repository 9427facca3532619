export { stubPage } from "@layercode/client-testing/vitest";

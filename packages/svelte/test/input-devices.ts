export { stubInputDevices } from "@layercode/client-testing/vitest";

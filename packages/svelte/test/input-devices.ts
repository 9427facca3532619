export { stubDevices, stubInputDevices } from "@layercode/client-testing/vitest";

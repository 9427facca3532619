export * from "@layercode/core";

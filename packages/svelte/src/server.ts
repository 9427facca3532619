export * from "@layercode/core/server";

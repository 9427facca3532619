// What a client needs of the audio package, by name: of what stands behind import(), bundlers leave out only what a
// module of ours does not name.
export {
  createAudioEngine,
  createMicrophone,
  createSpeaker,
  listInputDevices,
  listOutputDevices,
  watchInputDevices,
  watchOutputDevices,
} from "@layercode/audio";

// The second script of the audio thread, loaded only where speech is detected. The recorder finds it in the global scope.
import { createDetection, type DetectorScope } from "../vad/detection.js";

(globalThis as DetectorScope).layercodeDetection ??= (host) => createDetection(host, Date.now);

import { packWeights } from "../src/vad/silero/weights.js";
import { readSilero } from "./silero.js";

/** Goes with every copy of the weights. */
const notice = `/*!
Silero VAD v6 (https://github.com/snakers4/silero-vad), its weights as 8-bit integers.

MIT License

Copyright (c) 2020-present Silero Team

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
*/`;

/** The model's weights: the file, and the module that has it as text, for `import()`. */
export async function buildModel(): Promise<{ file: Uint8Array; module: string }> {
  const file = packWeights(await readSilero());
  const base64 = Buffer.from(file).toString("base64");
  return { file, module: `${notice}\nexport default "${base64}";\n` };
}

/** The name of the module. */
export const modelModule = "vad-model.js";

// Makes the cases of TensorFlow.js: node tfjs.mjs OUT WEIGHTS, where WEIGHTS are those of models/sentiment. groups/formats.py calls it.
// Needs: npm install @tensorflow/tfjs, found from the folder it is started in.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const tf = require('@tensorflow/tfjs');
const [out, given] = process.argv.slice(2);
const SHARD_BYTES = 300000;

/** Writes what tfjs gives a save handler, in the form in which its own file and browser handlers write it. */
function write(folder, artifacts, extra = {}) {
  fs.mkdirSync(folder, { recursive: true });
  const data = Buffer.from(artifacts.weightData);
  const count = Math.max(1, Math.ceil(data.length / SHARD_BYTES));
  const paths = [];
  for (let i = 0; i < count; i++) {
    paths.push(`group1-shard${i + 1}of${count}.bin`);
    fs.writeFileSync(path.join(folder, paths[i]), data.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES));
  }
  fs.writeFileSync(path.join(folder, 'model.json'), JSON.stringify({
    modelTopology: artifacts.modelTopology, format: 'layers-model', generatedBy: artifacts.generatedBy,
    convertedBy: artifacts.convertedBy ?? null, weightsManifest: [{ paths, weights: artifacts.weightSpecs }], ...extra }));
}

async function artifactsOf(model) {
  let kept;
  await model.save(tf.io.withSaveHandler(async artifacts => {
    kept = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  }));
  return kept;
}

/** A .npy file of floats. */
function npy(file, tensor) {
  const shape = tensor.shape.join(', ') + (tensor.shape.length === 1 ? ',' : '');
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`;
  header = header.padEnd(117, ' ') + '\n';
  const head = Buffer.from([0x93, 78, 85, 77, 80, 89, 1, 0, header.length & 255, header.length >> 8]);
  fs.writeFileSync(file, Buffer.concat([head, Buffer.from(header, 'latin1'), Buffer.from(Float32Array.from(tensor.dataSync()).buffer)]));
}

async function writeCase(name, model, inputs, notes, artifacts) {
  const folder = path.join(out, name);
  fs.rmSync(folder, { recursive: true, force: true });
  write(path.join(folder, 'tfjs'), artifacts ?? await artifactsOf(model));
  let outputs = model.predict(inputs.length === 1 ? inputs[0] : inputs);
  outputs = Array.isArray(outputs) ? outputs : [outputs];
  const list = (kind, tensors) => tensors.map((tensor, i) => {
    npy(path.join(folder, `${kind}_${i}.npy`), tensor);
    return { name: `${kind}_${i}`, file: `${kind}_${i}.npy`, dtype: 'float32', shape: tensor.shape };
  });
  fs.writeFileSync(path.join(folder, 'case.json'), JSON.stringify({
    format: 1, name, group: 'formats', kind: 'predict', keras_version: `tfjs-layers ${tf.version['tfjs-layers']}`,
    files: { tfjs: 'tfjs/model.json' }, tolerance: { absolute: 1e-5, relative: 1e-5 }, notes,
    calls: [{ reset: true, inputs: list('input', inputs), outputs: list('output', outputs) }] }, null, 1));
}

let seed = 1;
/** Numbers between -1 and 1, the same each time (Lehmer's generator). */
function random(shape, scale = 1) {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: size }, () => {
    seed = seed * 48271 % 2147483647;
    return scale * (seed / 1073741823.5 - 1);
  });
  return tf.tensor(values, shape);
}

function randomWeights(model) {
  for (const layer of model.layers) {
    layer.setWeights(layer.weights.map(w => w.originalName.includes('variance') ? random(w.shape).abs().add(0.5) : random(w.shape, 0.6)));
  }
}

async function sentiment() {
  const weights = JSON.parse(fs.readFileSync(given, 'utf8'));
  const array = name => tf.tensor(weights[name].data, weights[name].shape);
  const model = tf.sequential({ layers: [
    tf.layers.embedding({ inputDim: 2000, outputDim: 48, inputLength: 40, name: 'embedding' }),
    tf.layers.spatialDropout1d({ rate: 0.4 }),
    tf.layers.lstm({ units: 64, recurrentActivation: 'sigmoid', name: 'lstm' }),
    tf.layers.dense({ units: 2, activation: 'softmax', name: 'dense' })] });
  model.getLayer('embedding').setWeights([array('embedding/embeddings')]);
  model.getLayer('lstm').setWeights(['kernel', 'recurrent_kernel', 'bias'].map(n => array('lstm/lstm_cell/' + n)));
  model.getLayer('dense').setWeights([array('dense/kernel'), array('dense/bias')]);
  write(path.join(out, 'sentiment', 'tfjs'), await artifactsOf(model));
}

async function recurrent() {
  const ids = tf.input({ shape: [9], name: 'ids' });
  const other = tf.input({ shape: [3], name: 'other' });
  let h = tf.layers.embedding({ inputDim: 20, outputDim: 6, maskZero: true }).apply(ids);
  h = tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 4, returnSequences: true }), mergeMode: 'concat' }).apply(h);
  h = tf.layers.gru({ units: 5, returnSequences: true, resetAfter: false }).apply(h);
  h = tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 5, activation: 'relu' }) }).apply(h);
  h = tf.layers.simpleRNN({ units: 4 }).apply(h);
  h = tf.layers.batchNormalization({}).apply(h);
  const frozen = tf.layers.dense({ units: 4, activation: 'tanh', trainable: false }).apply(other);
  h = tf.layers.add({}).apply([h, frozen]);
  const model = tf.model({ inputs: [ids, other], outputs: [tf.layers.dense({ units: 2, activation: 'sigmoid' }).apply(h), frozen] });
  randomWeights(model);
  const ids9 = tf.tensor([[0, 0, 3, 4, 0, 5, 19, 1, 2], [7, 7, 7, 1, 2, 3, 0, 0, 0]], [2, 9]);
  await writeCase('tfjs__recurrent', model, [ids9, random([2, 3])],
    'Saved by TensorFlow.js: hardSigmoid gates, masks, a frozen layer, whose arrays come last.');
}

function convolution() {
  const model = tf.sequential({ layers: [
    tf.layers.conv1d({ inputShape: [12, 4], filters: 6, kernelSize: 3, padding: 'same', activation: 'relu' }),
    tf.layers.maxPooling1d({ poolSize: 2 }), tf.layers.layerNormalization({}),
    tf.layers.lstm({ units: 8, recurrentActivation: 'sigmoid' }), tf.layers.dense({ units: 3 })] });
  randomWeights(model);
  return model;
}

/** The 16 bits of the float16 below a number in size; 0 for those under its normal range. */
function half(value) {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer);
  const exponent = (bits >>> 23 & 255) - 112;
  return exponent < 1 ? 0 : bits >>> 16 & 0x8000 | exponent << 10 | bits >>> 13 & 0x3ff;
}

/** Stores arrays in fewer bits, as tensorflowjs_converter --quantize_* does (its quantization.py). */
async function quantized(form) {
  const artifacts = await artifactsOf(convolution());
  const floats = new Float32Array(artifacts.weightData);
  const parts = [];
  let at = 0;
  for (const spec of artifacts.weightSpecs) {
    const size = spec.shape.reduce((a, b) => a * b, 1);
    const values = floats.subarray(at, at += size);
    if (form === 'float16') {
      spec.quantization = { dtype: form, original_dtype: 'float32' };
      parts.push(Buffer.from(Uint16Array.from(values, half).buffer));
      continue;
    }
    const most = form === 'uint8' ? 255 : 65535;
    const min = Math.min(...values);
    const scale = (Math.max(...values) - min) / most || 1;
    spec.quantization = { min, scale, dtype: form, original_dtype: 'float32' };
    const whole = values.map(v => Math.round((v - min) / scale));
    parts.push(Buffer.from((form === 'uint8' ? Uint8Array.from(whole) : Uint16Array.from(whole)).buffer));
  }
  const joined = Buffer.concat(parts);
  artifacts.weightData = joined.buffer.slice(joined.byteOffset, joined.byteOffset + joined.length);
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  seed = 5;
  await writeCase('tfjs__' + form, loaded, [random([2, 12, 4])], `Arrays stored as ${form}; TensorFlow.js gave the outputs.`, artifacts);
}

function graphModel() {
  const folder = path.join(out, 'tfjs__graph_model');
  fs.rmSync(folder, { recursive: true, force: true });
  write(path.join(folder, 'tfjs'), { modelTopology: { node: [], versions: {} }, weightData: new ArrayBuffer(0), weightSpecs: [] },
    { format: 'graph-model' });
  fs.writeFileSync(path.join(folder, 'case.json'), JSON.stringify({
    format: 1, name: 'tfjs__graph_model', group: 'formats', kind: 'reject', reason: 'operations instead of layers',
    message_names: ['graph model', 'tfjs_layers_model'], files: { tfjs: 'tfjs/model.json' } }, null, 1));
}

await tf.setBackend('cpu');
await sentiment();
await recurrent();
for (const form of ['uint8', 'uint16', 'float16']) {
  await quantized(form);
}
graphModel();

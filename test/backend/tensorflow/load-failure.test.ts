import { expect, test } from 'vitest';
import { explainLoadFailure } from '../../../src/backend/tensorflow/load-failure.ts';

const GPU = '@tensorflow/tfjs-node-gpu';
const CPU = '@tensorflow/tfjs-node';

test.each([
  [
    'not installed, as Node says it',
    CPU,
    "Cannot find package '@tensorflow/tfjs-node' imported from /app/node_modules/tfjs-recipes/dist/src/backend.js",
    {
      isInstalled: false,
      reason: /^@tensorflow\/tfjs-node is not installed$/,
      cure: /npm install @tensorflow\/tfjs-node"/,
    },
  ],
  [
    'not installed, as require says it',
    GPU,
    "Cannot find module '@tensorflow/tfjs-node-gpu'\nRequire stack:\n- /app/index.js",
    {
      isInstalled: false,
      reason: /tfjs-node-gpu is not installed/,
      cure: /npm install @tensorflow\/tfjs-node-gpu/,
    },
  ],
  [
    'something that it needs is not installed',
    CPU,
    "Cannot find module '@mapbox/node-pre-gyp'\nRequire stack:\n- /app/node_modules/@tensorflow/tfjs-node/dist/index.js",
    {
      isInstalled: true,
      reason: /does not load: Cannot find module '@mapbox\/node-pre-gyp'$/,
      cure: /npm rebuild/,
    },
  ],
  [
    'the install script was blocked',
    GPU,
    'The Node.js native addon module (tfjs_binding.node) can not be found at path: /app/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node. \nPlease run command …',
    {
      isInstalled: true,
      reason: /without its native addon/,
      cure: /npm install-scripts approve @tensorflow\/tfjs-node-gpu/,
    },
  ],
  [
    'TensorFlow itself is missing',
    CPU,
    'libtensorflow.so.2: cannot open shared object file: No such file or directory',
    {
      isInstalled: true,
      reason: /shared library libtensorflow\.so\.2/,
      cure: /npm rebuild @tensorflow\/tfjs-node"/,
    },
  ],
  [
    'CUDA is missing',
    GPU,
    'libcudart.so.11.0: cannot open shared object file: No such file or directory',
    { isInstalled: true, reason: /shared library libcudart\.so\.11\.0/, cure: /CUDA 11\.2 with cuDNN 8\.1/ },
  ],
  [
    'Node 23 and later, at the first operation',
    CPU,
    'util_1.isNullOrUndefined is not a function',
    { isInstalled: true, reason: /isNullOrUndefined, which Node 23/, cure: /Node 20 or 22/ },
  ],
  [
    'an addon for another TensorFlow',
    CPU,
    '/app/node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node: undefined symbol: TF_NewTensor\nmore',
    { isInstalled: true, reason: /does not load: .*undefined symbol: TF_NewTensor$/, cure: /npm rebuild/ },
  ],
] as const)('%s', (_case, packageName, message, expected) => {
  const { isInstalled, reason, cure } = explainLoadFailure(packageName, new Error(message));
  expect(isInstalled).toBe(expected.isInstalled);
  expect(reason).toMatch(expected.reason);
  expect(cure).toMatch(expected.cure);
});

test('what is thrown need not be an Error', () => {
  expect(explainLoadFailure(CPU, 'boom').reason).toBe('@tensorflow/tfjs-node does not load: boom');
});

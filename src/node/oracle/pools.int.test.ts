// Steps with pools of threads and processes.
import { findPackages, testCases, type OracleCase } from './oracle.ts';

/** Multiplies two columns by [[1, 2], [3, 4]]. */
const ONNX_MODEL =
  'CAg6WQoRCgFYCgFXEgFZIgZNYXRNdWwSAWcqGwgCCAIQASIQAACAPwAAAEAAAEBAAACAQEIBV1oRCgFYEgwKCggBEgYKAAoCCAJiEQoBWRIMCgoIARIGCgAKAggCQgQKABAN';

const CASES: Readonly<Record<string, OracleCase>> = {
  'multiprocessing with numpy': {
    source: `
import multiprocessing, numpy as np
def work(n): return float((np.ones((200, 200)) @ np.ones((200, 200))).sum()) + n
def draw(n): return np.random.default_rng().random()
if __name__ == '__main__':
    print((np.ones((200, 200)) @ np.ones((200, 200))).sum())
    for method in ('fork', 'spawn'):
        with multiprocessing.get_context(method).Pool(2) as pool: print(pool.map(work, range(3))); print('draw', pool.map(draw, range(2)))`,
  },
  'threads with numpy': {
    source: `
import concurrent.futures, numpy as np
with concurrent.futures.ThreadPoolExecutor(4) as pool: print(list(pool.map(lambda n: float((np.ones((200, 200)) @ np.ones((200, 200))).sum()), range(8))))`,
  },
  'onnxruntime': {
    refusal: /keeps them open/,
    source: `
import base64, numpy as np, onnxruntime
session = onnxruntime.InferenceSession(base64.b64decode('${ONNX_MODEL}'), providers=['CPUExecutionProvider'])
print(session.run(None, {'X': np.ones((2, 2), dtype=np.float32)})[0].tolist())`,
  },
  'joblib with processes': {
    source: `
import joblib, math
if __name__ == '__main__':
    print(joblib.Parallel(n_jobs=2)(joblib.delayed(math.sqrt)(i) for i in range(4)), joblib.Parallel(n_jobs=2, backend='threading')(joblib.delayed(abs)(i) for i in range(3)))`,
  },
};

testCases(await findPackages(), CASES);

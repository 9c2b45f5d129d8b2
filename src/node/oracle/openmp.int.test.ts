// Steps that use OpenMP: what forks most often break.
import { findPackages, testCases, type OracleCase } from './oracle.ts';

const CASES: Readonly<Record<string, OracleCase>> = {
  'scikit-learn with OpenMP': {
    source: `
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.cluster import KMeans
X = np.random.RandomState(0).rand(600, 4); y = (X[:, 0] > 0.5).astype(int)
print(HistGradientBoostingClassifier(random_state=0, max_iter=5).fit(X, y).predict_proba(X[:2]).round(6).tolist())
print(KMeans(2, n_init=1, random_state=0).fit(X).cluster_centers_.round(6).tolist(), os.environ.get('KMP_INIT_AT_FORK'))
print('draw', np.random.rand())`,
  },
  'lightgbm': {
    source: `
import lightgbm, numpy as np
X = np.random.RandomState(0).rand(200, 4); y = X[:, 0] * 2
model = lightgbm.train({'verbose': -1, 'deterministic': True, 'num_threads': 2, 'seed': 1}, lightgbm.Dataset(X, y), 2); print(model.predict(X[:2]).round(6).tolist())`,
  },
};

testCases(await findPackages(), CASES);

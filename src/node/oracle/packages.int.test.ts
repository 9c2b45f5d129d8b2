// Steps that use packages: forks of parents that have them preloaded, each twenty times against new interpreters.
import { findPackages, testCases, type OracleCase } from './oracle.ts';


const CASES: Readonly<Record<string, OracleCase>> = {
  'numpy': {
    source: `
import numpy as np
print('draw', np.random.rand()); print('draw', np.random.default_rng().random()); print('draw', np.random.RandomState().rand()); print('draw', np.random.normal())
np.random.seed(7); print(np.random.rand(), np.random.default_rng(7).random(), np.random.RandomState(7).rand())
a = np.ones((300, 300)); print((a @ a).sum(), np.linalg.svd(a)[1][0].round(6), np.geterr(), np.get_printoptions()['precision'])
np.seterr(all='raise'); np.set_printoptions(precision=1)`,
  },
  'numpy after another step changed it': { source: 'import numpy as np\nprint(np.geterr(), np.get_printoptions()["precision"], hasattr(np, "mine"))\nnp.mine = 1\nprint("draw", np.random.rand())' },
  'pandas': {
    source: `
import io, pandas as pd
df = pd.read_csv(io.StringIO("a,b\\n1,x\\n2,y\\n")); df['c'] = df.a * 2; print(df.to_string(), df.groupby('b').c.sum().to_dict())
print('draw', pd.Series(range(10 ** 6)).sample(1).iloc[0], pd.Series(range(10 ** 6)).sample(1).iloc[0]); print(pd.get_option('display.max_rows'))
pd.set_option('display.max_rows', 3); df.to_csv('left.csv'); raise KeyError(df.columns[2])`,
  },
  'OMP_NUM_THREADS': {
    env: { OMP_NUM_THREADS: '1' },
    source: 'import numpy, threadpoolctl\nprint(sorted((i["user_api"], i["num_threads"]) for i in threadpoolctl.threadpool_info()))',
  },
  'MPLBACKEND': { env: { MPLBACKEND: 'svg' }, source: 'import matplotlib\nprint(matplotlib.get_backend())' },
  'PYTHONHASHSEED': { env: { PYTHONHASHSEED: '7' }, source: 'import pandas\nprint(hash("a"), pandas.util.hash_array(pandas.Series(["a"]).values))' },
  'matplotlib': {
    source: `
import matplotlib.pyplot as plt
plt.plot([1, 2, 3]); plt.title('x'); plt.savefig('plot.png'); print(plt.get_backend(), os.path.getsize('plot.png') > 1000, plt.rcParams['figure.dpi'])
plt.rcParams['figure.dpi'] = 7`,
  },
  'an exit in the middle of pandas': { source: 'import pandas as pd\npd.Series([1, 2]).apply(lambda x: sys.exit(4))' },
  'a segmentation fault with pandas': { source: 'import ctypes, pandas\nprint("before", flush=True)\nctypes.string_at(0)' },
};

testCases(await findPackages(), CASES);

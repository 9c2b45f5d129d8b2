// Bytecode: what a step imports from a directory that it may write is compiled beside its source, or not, as in a new interpreter.
import { findPython } from '../supervisor/supervisor-fixture.ts';
import { testCases, type OracleCase } from './oracle.ts';

const LOOK = "import glob\nprint(sorted(each for each in glob.glob('**', recursive=True)), sys.dont_write_bytecode, sys.pycache_prefix)";

const CASES: Readonly<Record<string, OracleCase>> = {
  'a module in the working directory': {
    source: `import importlib\nos.makedirs('pkg/sub')\nfor each in ('mine.py', 'pkg/__init__.py', 'pkg/sub/__init__.py', 'pkg/sub/m.py'):\n    open(each, 'w').write('X = 1\\n')\nimportlib.invalidate_caches()\nimport mine, pkg.sub.m\n${LOOK}`,
  },
  'a file that is loaded as a module': {
    source: `import importlib.util\nopen('lone.py', 'w').write('X = 1\\n')\nspec = importlib.util.spec_from_file_location('lone', 'lone.py')\nmodule = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(module)\n${LOOK}`,
  },
  'a module that was changed within the second': {
    source: `import importlib, time\nopen('mine.py', 'w').write('X = 1\\n')\nimportlib.invalidate_caches()\nimport mine\nopen('mine.py', 'w').write('X = 23\\n')\nprint(importlib.reload(mine).X)\n${LOOK}`,
  },
};

testCases({ python: await findPython(), mounts: [] }, CASES);

// Steps that need no packages: forks of the bare parent, each twenty times against new interpreters.
import { findPython } from '../supervisor/supervisor-fixture.ts';
import { testCases, type OracleCase } from './oracle.ts';

const ARCHIVES = ['a.gz', 'b.bz2', 'c.xz', 'd.gz', 'e.zip'];
const UNCLOSED = `import bz2, gzip, io, lzma, zipfile
f = io.TextIOWrapper(gzip.GzipFile("a.gz", "wb", mtime=0)); f.write("x" * 10 ** 5)
g = bz2.open("b.bz2", "wt"); g.write("y" * 10 ** 5)
h = lzma.open("c.xz", "wb"); h.write(b"z" * 10 ** 5)
i = io.BufferedWriter(gzip.GzipFile("d.gz", "wb", mtime=0)); i.write(b"buffered")
z = zipfile.ZipFile("e.zip", "w"); z.writestr(zipfile.ZipInfo("name"), "text")`;

const CASES: Readonly<Record<string, OracleCase>> = {
  'arguments': { args: ['--executor_input', '{"a": "ü \\n \\" $HOME"}', ''], source: '' },
  'unseeded draws differ, seeded ones agree': {
    source: `
import random, secrets, tempfile, uuid
print('draw', random.random()); print('draw', secrets.token_hex(8)); print('draw', uuid.uuid4()); print('draw', random.SystemRandom().random())
print('draw', random.Random().random()); print('draw', next(tempfile._get_candidate_names()))
random.seed(7); print(random.random(), random.Random(7).random())`,
  },
  'TZ': { env: { TZ: 'Pacific/Auckland' }, source: 'import time; print(time.tzname, time.localtime(0).tm_hour)' },
  'PYTHONHASHSEED': { env: { PYTHONHASHSEED: '7' }, source: 'print(hash("a"))' },
  'a hash seed of its own': { env: { PYTHONHASHSEED: 'random' }, source: 'print("draw", hash("a"))' },
  'PYTHONUNBUFFERED': { env: { PYTHONUNBUFFERED: '1' }, source: 'print(sys.stdout.write_through)' },
  'threads': {
    source: `
import concurrent.futures, threading, time
def work(n):
    time.sleep(0.01); return n * n
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(list(pool.map(work, range(8))))
threading.Thread(target=lambda: (time.sleep(0.05), print('late'))).start()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
local = threading.local(); local.x = 1; print(threading.main_thread().name, threading.current_thread() is threading.main_thread())`,
  },
  'an exception in a thread': { source: 'import threading\nt = threading.Thread(target=lambda: 1/0, name="worker")\nt.start(); t.join()' },
  'atexit': { source: 'import atexit, sys\natexit.register(print, "one")\natexit.register(lambda: 1/0)\natexit.register(sys.stderr.write, "three\\n")\natexit.register(lambda: sys.exit(3))' },
  'signals': {
    source: `
import signal, time
signal.signal(signal.SIGUSR1, lambda *a: print('usr1', a[0])); os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGALRM, lambda *a: print('alarm')); signal.setitimer(signal.ITIMER_REAL, 0.01); signal.pause()
signal.signal(signal.SIGCHLD, lambda *a: print('child')); pid = os.fork()
if pid == 0: os._exit(3)
print(os.waitpid(pid, 0)[1] >> 8)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); os.kill(os.getpid(), signal.SIGUSR2); print(signal.sigpending())
signal.signal(signal.SIGTERM, lambda *a: sys.exit(21)); os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)`,
  },
  'SIGTERM by itself': { source: 'import signal; os.kill(os.getpid(), signal.SIGTERM)' },
  'an interrupt': { source: 'import signal; os.kill(os.getpid(), signal.SIGINT)\nimport time; time.sleep(5)' },
  ...Object.fromEntries(
    ['', '0', 'None', '3', '-1', '256', '2**40', '2**70', '-2**70', 'True', 'False', '"no more data"', '["a", 1]', 'ValueError("x")', '1.5', 'b"x"', 'signal.SIGTERM'].map((text) => [
      `sys.exit(${text})`,
      { source: `sys.exit(${text})` },
    ]),
  ),
  'raise SystemExit': { source: 'raise SystemExit' },
  'raise SystemExit with two arguments': { source: 'raise SystemExit(1, 2)' },
  'an exit code that can not be shown': { source: 'class A:\n    def __str__(self): raise ValueError\nsys.exit(A())' },
  'an exit code that can not be read': { source: 'class Ended(SystemExit):\n    code = property(lambda self: 1 / 0)\nraise Ended("why")' },
  'an exit text without standard error': { source: 'sys.stderr = None\nsys.exit("why")' },
  'an exit text with standard error closed': { source: 'sys.stderr.close()\nsys.exit("why")' },
  'an exit text after standard error was deleted': { source: 'del sys.stderr\nsys.exit("why")' },
  'os._exit': { source: 'print("whole lines only, ", end=""); os._exit(9)' },
  'an uncaught exception': { source: 'def deeper():\n    raise ValueError("bad accuracy")\ndef train():\n    try:\n        deeper()\n    except ValueError as e:\n        raise RuntimeError("outer") from e\ntrain()' },
  'an exception group': { source: 'raise ExceptionGroup("many", [ValueError(1), TypeError(2)]) if sys.version_info >= (3, 11) else ValueError' },
  'an excepthook of its own': { source: 'sys.excepthook = lambda *a: print("mine", a[0].__name__)\nraise ValueError' },
  'an excepthook that fails': { source: 'def hook(*a):\n    raise KeyError("in the hook")\nsys.excepthook = hook\nraise ValueError("first")' },
  'an excepthook that exits': { source: 'sys.excepthook = lambda *a: sys.exit(7)\nraise ValueError("first")' },
  'no excepthook': { source: 'del sys.excepthook\nraise ValueError("first")' },
  'what an exit handler sees of an exception': {
    source: 'import atexit\natexit.register(lambda: print(sys.exc_info(), repr(sys.last_value), sys.last_traceback.tb_lineno))\natexit.register(lambda: {}["handler"])\n1 / 0',
  },
  'an interrupt of another kind': { source: 'class Mine(KeyboardInterrupt): pass\nraise Mine' },
  'an interrupt that is blocked': { source: 'signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\nraise KeyboardInterrupt' },
  'an interrupt while it waits for a thread': {
    source: 'import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.3), os.kill(os.getpid(), signal.SIGINT), time.sleep(0.3), print("late"))).start()',
  },
  'where it is called from': { source: 'import traceback\ndef f():\n    traceback.print_stack()\nf()' },
  'deep recursion': { source: 'def f(n):\n    return f(n + 1) + 1\nf(0)' },
  'recursion that is caught': { source: 'def f(n):\n    try:\n        return f(n + 1)\n    except RecursionError:\n        return n\nprint(round(f(0), -2))\nsys.setrecursionlimit(5000)\nprint(round(f(0), -2))' },
  'a segmentation fault': { source: 'import ctypes; print("before", flush=True); ctypes.string_at(0)' },
  'a segmentation fault with faulthandler': { source: 'import ctypes, faulthandler; faulthandler.enable(); ctypes.string_at(0)' },
  'an abort': { source: 'os.abort()' },
  'a full pipe': {
    source: `
r, w = os.pipe(); os.set_blocking(w, False); n = 0
try:
    while True: n += os.write(w, b'x' * 4096)
except BlockingIOError as e: print(n, e)
os.close(r)
os.write(w, b'x')`,
  },
  '100 MB of output': { source: 'block = ("x" * 999 + "\\n") * 100\nfor _ in range(1000): sys.stdout.write(block)\nsys.stderr.write("done\\n")' },
  'a reader that goes away': { source: 'import subprocess\np = subprocess.Popen(["head", "-c", "1"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)\ntry:\n    while True: p.stdin.write(b"x" * 65536)\nexcept BrokenPipeError as e: print(e)\ntry: p.stdin.close()\nexcept BrokenPipeError: pass\nprint(p.wait())' },
  'a closed standard output': { source: 'sys.stdout.close()' },
  'no standard output': { source: 'sys.stdout = None\nprint("nowhere")' },
  'standard output that was deleted': { source: 'del sys.stdout' },
  'standard output of its own': { source: 'class Tee:\n    def write(self, text): sys.__stdout__.write(text)\nsys.stdout = Tee()\nprint("no end", end="")' },
  'standard output of its own, and an exit code': { source: 'class Tee:\n    closed = property(lambda self: 1 / 0)\n    def write(self, text): sys.__stderr__.write(text)\n    def flush(self): raise OSError("lost")\nsys.stdout = Tee()\nsys.exit(3)' },
  'standard error that can not be flushed': { source: 'class Tee:\n    def write(self, text): pass\n    def flush(self): raise OSError("lost")\nsys.stderr = Tee()\nsys.exit(3)' },
  'a line without an end in standard output that was replaced': { source: 'import io\nold = sys.stdout; old.write("no end"); sys.stdout = io.StringIO(); print("nowhere")' },
  'standard output in another encoding': { source: 'import codecs\nsys.stdout = codecs.getwriter("latin-1")(sys.stdout.detach()); print("\\xe4", end="")' },
  'standard output on a full disk': { source: 'os.dup2(os.open("/dev/full", os.O_WRONLY), 1); sys.stdout.write("lost")' },
  'files that nobody closed': { source: 'f = open("open.txt", "w"); f.write("x" * 10); g = open("raw.bin", "wb"); g.write(b"y")', files: ['open.txt', 'raw.bin'] },
  'archives that nobody closed': { source: UNCLOSED, files: ARCHIVES },
  'archives that nobody closed, held by an exception': { source: `def train():\n${UNCLOSED.replaceAll(/^/gm, '    ')}\n    raise ValueError\ntrain()`, files: ARCHIVES },
  'archives that nobody closed, in a cycle': { source: `class A: pass\n${UNCLOSED}\na = A(); a.me = a; a.all = [f, g, h, i, z]; del a, f, g, h, i, z`, files: ARCHIVES },
  'archives that nobody closed, beside a thread': { source: `import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n${UNCLOSED}`, files: ARCHIVES },
  'a file whose lock a thread holds for ever': {
    source: `
import subprocess, threading, time
child = subprocess.Popen(['sleep', '60'], stdin=subprocess.PIPE)
threading.Thread(target=lambda: child.stdin.write(b'x' * 10 ** 7), daemon=True).start()
time.sleep(0.3); print('done')`,
  },
  'a file that can not be written': { source: 'f = open("/dev/full", "w"); f.write("lost"); g = open("kept.txt", "w"); g.write("kept")\ndef h(): return f', files: ['kept.txt'] },
  'a temporary file that nobody closed': { source: 'import tempfile\nf = tempfile.NamedTemporaryFile(dir="."); f.write(b"x"); d = tempfile.TemporaryDirectory(dir=".")' },
  'a finalizer': { source: 'class A:\n    def __del__(self): print("ended", name)\nname = "a"; a = A()' },
  'a finalizer in a cycle': { source: 'class A:\n    def __del__(self): print("ended", name)\nname = "a"; a = A(); a.me = a; del a' },
  'a finalizer of what an exception holds': { source: 'class A:\n    def __del__(self): print("ended")\ndef train():\n    a = A()\n    raise ValueError\ntrain()' },
  'a finalizer after an exit': { source: 'class A:\n    def __del__(self): print("ended")\ndef train():\n    a = A()\n    sys.exit(5)\ntrain()' },
  'a finalizer in a module of its own': { source: 'open("mine.py", "w").write("class A:\\n    def __del__(self): print(\'ended\')\\na = A()\\n")\nsys.dont_write_bytecode = True\nimport importlib; importlib.invalidate_caches()\nimport mine' },
  'a finalizer without garbage collection': { source: 'import gc\ngc.disable()\nclass A:\n    def __del__(self): print("ended")\na = A(); a.me = a' },
  'a terminal signal while it ends': { source: 'signal.signal(signal.SIGTERM, lambda *a: print("handled"))\nclass A:\n    def __del__(self): os.kill(os.getpid(), signal.SIGTERM); print("survived")\na = A()' },
  'multiprocessing': {
    source: `
import multiprocessing
def square(x): return x * x
def die(): os._exit(7)
if __name__ == '__main__':
    for method in ('fork', 'spawn'):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool: print(method, pool.map(square, [1, 2, 3]))
        p = context.Process(target=die); p.start(); p.join(); print(p.exitcode)`,
  },
  'a child that is left behind': { source: 'import subprocess; subprocess.Popen(["sleep", "60"]); print("left it")' },
  'subprocesses': { source: 'import subprocess\nprint(subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split(), subprocess.run([sys.executable, "-c", "import sys; print(sys.argv, sys.path[1:])"], capture_output=True, text=True).stdout)' },
  'logging and warnings': { source: 'import logging, warnings\nlogging.warning("one"); warnings.warn("two"); warnings.warn("two"); logging.getLogger("x").error("three")\ndef f(): warnings.warn("old", DeprecationWarning)\nf()' },
  'asyncio': { source: 'import asyncio\nasync def f():\n    await asyncio.sleep(0.01); return 3\nprint(asyncio.run(f()))\nloop = asyncio.new_event_loop(); print(loop.run_until_complete(f()))' },
  'pickle and dataclasses of the main module': { source: 'import dataclasses, pickle\n@dataclasses.dataclass\nclass A:\n    x: int\nprint(pickle.loads(pickle.dumps(A(3))), A.__module__)' },
};

testCases({ python: await findPython(), mounts: [] }, CASES);

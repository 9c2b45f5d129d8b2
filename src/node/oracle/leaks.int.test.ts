// Steps that change whatever a process can change: the next one, and the one beside it, see nothing of it. (That a line is logged when
// it is written, and not when a buffer is full, is meant to differ from a new interpreter.)
import { findPython } from '../supervisor/supervisor-fixture.ts';
import { testCases, type OracleCase } from './oracle.ts';

const CASES: Readonly<Record<string, OracleCase>> = {
  'state of the interpreter': {
    source: `
import builtins, decimal, gc, locale, random, threading, warnings
print(hasattr(builtins, 'mine'), hasattr(json, 'mine'), decimal.getcontext().prec, gc.get_threshold(), gc.isenabled())
print(locale.setlocale(locale.LC_ALL), sys.getrecursionlimit(), sys.getswitchinterval(), sys.flags, sys.dont_write_bytecode, threading.active_count(), threading.stack_size())
print([str(each) for each in warnings.filters], sys.warnoptions, sys.displayhook is sys.__displayhook__, sys.excepthook is sys.__excepthook__, sys.gettrace(), sys.getprofile())
print([(f.name, f.mode, f.encoding, f.errors, f.write_through, f.isatty()) for f in (sys.stdin, sys.stdout, sys.stderr)], len(sys.meta_path), len(sys.path_hooks))
print('draw', random.random())
builtins.mine = json.mine = 1; decimal.getcontext().prec = 3; gc.disable(); gc.set_threshold(1, 1, 1); locale.setlocale(locale.LC_ALL, 'C'); random.seed(1)
sys.setrecursionlimit(77); sys.setswitchinterval(1); warnings.simplefilter('ignore'); sys.path.insert(0, '/mine'); sys.modules['random'] = None
threading.stack_size(65536); threading.Thread(target=threading.Event().wait, daemon=True).start(); sys.excepthook = print; sys.settrace(lambda *a: None)
sys.meta_path.clear(); sys.stdout.reconfigure(line_buffering=True); sys.stdout.flush()`,
  },
  'state of the process': {
    source: `
import resource, socket, tempfile
print(os.environ.get('MINE'), tempfile.gettempdir(), socket.getdefaulttimeout(), [resource.getrlimit(getattr(resource, n)) for n in ('RLIMIT_NOFILE', 'RLIMIT_CORE', 'RLIMIT_STACK', 'RLIMIT_NPROC')])
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), os.getpriority(os.PRIO_PROCESS, 0), len(os.sched_getaffinity(0)), os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid())
print([os.path.exists(each) for each in ('/tmp/mine', '/dev/shm/mine', 'mine', '/var/tmp/mine')], os.getuid(), os.getgid(), sorted(os.getgroups()), signal.getitimer(signal.ITIMER_REAL), signal.alarm(0))
print(sys.executable, sys.path, sys.argv, sys.orig_argv[1:], open('/proc/self/comm').read(), sorted(each for each in os.listdir('/proc') if each.isdigit() and open('/proc/' + each + '/comm').read() == 'sleep\\n'))
os.environ['MINE'] = '1'; os.putenv('MINE', '1'); socket.setdefaulttimeout(1); tempfile.tempdir = '/mine'; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)); os.umask(0o777 & 0o27)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1]); os.nice(5); os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); signal.alarm(3600)
for each in ('/tmp/mine', '/dev/shm/mine', 'mine'):
    with open(each, 'w') as file: file.write('1')
os.chdir('/'); os.dup2(1, 63); import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True)`,
  },
};

testCases({ python: await findPython(), mounts: [] }, CASES);

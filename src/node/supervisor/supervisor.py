"""Slipway's supervisor: parent and subreaper of every Pod process; it outlives the server that started it.

Standard library only, Python 3.9 or newer. This file is started, the package beside it is the program. Its processes:

  supervisor  listens on a Unix socket (protocol.ts), holds the log pipes, records exits before it tells anybody.
  parent      a warm interpreter that imported a few modules and forks spares on request. Never runs user code.
  spare       a sandbox that waits for its command: an init and a main.
  init        pid 1 of one container: reaps, and takes everything with it when main ends.
  main        becomes the container's command, by exec or as `python -m` of the warm interpreter.
  network     holds the network namespaces of Pods that have an address, and carries what goes in and out (network.py).

Every container has PID, mount and UTS namespaces of its own, and that of its Pod's network if the Pod has one. Init and supervisor share a socket that the kernel closes
when either dies: a dead supervisor means dead containers (NodeLost), a dead init is an exit by SIGKILL. Where
namespaces are not permitted containers run plain, and init is a subreaper that kills its descendants. An unprivileged
supervisor enters a user namespace that maps its own uid and gid to themselves, so that programs see who they are
outside; the capabilities of that namespace are dropped before a command runs.

  supervisor.py supervise --dir DIR --short-dir DIR --version TEXT --idle-seconds N
  supervisor.py parent FD
  supervisor.py network FD
  supervisor.py try-network    prints why Pods can't have networks here, nothing when they can
  supervisor.py limits         prints how limits would be enforced here
  supervisor.py enter          one more command in a running container; started by the server, not by the supervisor
"""
import os
import sys

PROGRAM_DIRECTORY = os.path.dirname(os.path.abspath(__file__))


def main():
    """Returns in the forks that become steps: nothing of ours but this file's last lines is below the program on the stack."""
    if sys.version_info < (3, 9):
        sys.exit('Slipway needs Python 3.9 or newer, %s is %s' % (sys.executable, sys.version.split()[0]))
    # In isolated mode this directory is not on the path; in any mode a step must not find it there.
    sys.path[:] = [PROGRAM_DIRECTORY, *(path for path in sys.path if path != PROGRAM_DIRECTORY)]
    if sys.argv[1:2] == ['parent']:
        from slipway_supervisor.parent import run_parent

        del sys.path[0]
        return run_parent(int(sys.argv[2]))
    if sys.argv[1:2] == ['network']:
        from slipway_supervisor.network import run_network

        return run_network(int(sys.argv[2]))
    if sys.argv[1:2] == ['try-network']:
        from slipway_supervisor.start import print_network_problem

        return print_network_problem()
    if sys.argv[1:2] == ['enter']:
        from slipway_supervisor.enter import enter

        return enter()
    if sys.argv[1:2] == ['limits']:
        from slipway_supervisor.cgroups import print_choice

        return print_choice()
    from slipway_supervisor.start import supervise

    return supervise(sys.argv[2:], os.path.abspath(__file__))


step = main()
with step as run_step:
    run_step()
step.end()

package cluster

import "syscall"

// withParent lets a process end with the one that started it, however that one ends.
func withParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

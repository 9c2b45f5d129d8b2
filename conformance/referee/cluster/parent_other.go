//go:build !linux

package cluster

import "syscall"

// withParent keeps Ctrl-C of the terminal from the process: it is stopped in order.
func withParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

//go:build unix

package gitrepo

import (
	"os/exec"
	"syscall"
)

// apart puts a command into a process group of its own: neither Ctrl-C at the
// terminal nor a kill of tenantc's group ends a git that holds a lock.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

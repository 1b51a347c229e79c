package process

import (
	"os/exec"
	"runtime"
)

// thread is an operating system's thread that lasts as long as this program.
// Linux sends Pdeathsig when the thread that started the child ends, not the
// process; so children are started here, and end with us even when we are killed.
type thread chan startRequest

type startRequest struct {
	cmd    *exec.Cmd
	result chan error
}

func newThread() thread {
	requests := make(thread)
	go func() {
		runtime.LockOSThread()
		for r := range requests {
			r.result <- r.cmd.Start()
		}
	}()
	return requests
}

func (t thread) start(cmd *exec.Cmd) error {
	r := startRequest{cmd: cmd, result: make(chan error)}
	t <- r
	return <-r.result
}

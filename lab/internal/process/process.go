// Package process runs programs, each with a log of its own, and ends them by
// their id. It knows nothing of what they are.
package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// grace is how long a program may take to end before it is killed.
const grace = 5 * time.Second

// Command says what to run.
type Command struct {
	Name string // unique in its Group; its log is <Name>.log
	Path string
	Args []string
	Env  []string // added to this program's own
	Dir  string
}

// Process is a program that was started. Kill and Restart are for trying faults.
type Process struct {
	Command Command
	log     string
	thread  thread
	cmd     *exec.Cmd
	done    chan struct{} // closed when it has ended
	err     error         // why, valid once done is closed
}

// Group is what was started together, and is stopped together.
type Group struct {
	logs    string
	thread  thread
	mu      sync.Mutex
	started []*Process
	stopped bool
}

// NewGroup makes an empty group whose logs go to that folder.
func NewGroup(logs string) *Group { return &Group{logs: logs, thread: newThread()} }

// Start runs the command until it ends, or the group is stopped.
func (g *Group) Start(c Command) (*Process, error) {
	p := &Process{Command: c, log: filepath.Join(g.logs, c.Name+".log"), thread: g.thread}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped {
		return nil, fmt.Errorf("%s: not started, because the lab is stopping", c.Name)
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	g.started = append(g.started, p)
	return p, nil
}

// Stop ends all of the group, the last started first.
func (g *Group) Stop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.stopped = true
	for i := len(g.started) - 1; i >= 0; i-- {
		g.started[i].stop()
	}
	g.started = nil
}

// Find returns the process of that name, or nil.
func (g *Group) Find(name string) *Process {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.started {
		if p.Command.Name == name {
			return p
		}
	}
	return nil
}

func (p *Process) start() error {
	log, err := os.OpenFile(p.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(p.Command.Path, p.Command.Args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Command.Dir, log, log
	cmd.Env = append(os.Environ(), p.Command.Env...)
	// A group of its own: what it starts ends with it, and a Ctrl-C at the
	// terminal reaches only us, who stop everything in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	done := make(chan struct{})
	if err := p.thread.start(cmd); err != nil {
		return fmt.Errorf("%s: %w", p.Command.Name, err)
	}
	p.cmd, p.done = cmd, done
	go func() {
		p.err = cmd.Wait()
		close(done)
	}()
	return nil
}

// stop ends the process and what it started: politely, then not.
func (p *Process) stop() {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(grace):
	}
	p.Kill()
}

// Kill ends the process as a power cut would.
func (p *Process) Kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// Restart starts it again, after Kill.
func (p *Process) Restart() error { return p.start() }

func (p *Process) signal(s syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, s) }

// Await calls ready until it says nil. It gives up when the context or the
// process ends, with the last reason, and the end of the log.
func (p *Process) Await(ctx context.Context, ready func(context.Context) error) error {
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended: %w\n%s", p.Command.Name, errors.Join(p.err, err), p.Tail())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w\n%s", p.Command.Name, errors.Join(ctx.Err(), err), p.Tail())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Tail is the end of the log.
func (p *Process) Tail() string {
	data, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	return p.log + ":\n  " + strings.Join(lines[max(0, len(lines)-20):], "\n  ")
}

// FreePorts asks the kernel for n ports of 127.0.0.1 that nobody listens on.
func FreePorts(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("no free port on 127.0.0.1: %w", err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

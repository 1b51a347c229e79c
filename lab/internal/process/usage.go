package process

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// Memory is what all of the group's processes hold resident, in bytes.
func (g *Group) Memory() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	var sum int64
	for _, p := range g.started {
		sum += resident(p.cmd.Process.Pid)
	}
	return sum
}

func resident(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var total, pages int64
	if _, err := fmt.Sscan(string(data), &total, &pages); err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// tick is the unit of CPU time in /proc (proc_pid_stat(5)), on every machine that Go runs on.
const tick = time.Second / 100

// CPU is what the process has used since it was last started, user and system
// time, without what it has started itself; zero once it has ended.
func (p *Process) CPU() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// The second field is the program's name in brackets, which may hold anything.
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	const user, system = 11, 12 // counted from the third
	if len(fields) <= system {
		return 0
	}
	var ticks [2]time.Duration
	if _, err := fmt.Sscan(fields[user]+" "+fields[system], &ticks[0], &ticks[1]); err != nil {
		return 0
	}
	return (ticks[0] + ticks[1]) * tick
}

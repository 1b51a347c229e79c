// Command drills breaks publishes on purpose and looks at what is left: it
// kills the publisher and git at every system call that writes, lets those
// calls fail, cuts and stalls the connection to a server, fills the disk, and
// races publishers. It prints a table of trials and what went wrong in them,
// and fails when anything did.
//
//	go run ./scripts/drills            # everything
//	go run ./scripts/drills -every 5   # every fifth point only
//	go run ./scripts/drills -run race  # one drill
//
// It needs git, and strace for the drills that inject faults; the full disk
// needs the right to mount.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// drill is one way to break a publish.
type drill struct {
	name string
	run  func(context.Context, *bench) (tally, error)
}

func drills() []drill {
	var all []drill
	for _, who := range []victim{theProgram, git, onlyReceivePack} {
		for _, fault := range []string{"signal=KILL", "error=ENOSPC", "error=EIO", "error=EROFS"} {
			all = append(all, drill{fmt.Sprintf("%s: %s at each write", who, fault), func(ctx context.Context, b *bench) (tally, error) {
				return b.inject(ctx, who, fault)
			}})
		}
	}
	return append(all,
		drill{"disk full, 4 KiB more each time", func(ctx context.Context, b *bench) (tally, error) { return b.fullDisk(ctx) }},
		drill{"server closes after n bytes", func(ctx context.Context, b *bench) (tally, error) { return b.cut(ctx) }},
		drill{"server stalls after n bytes", func(ctx context.Context, b *bench) (tally, error) { return b.stall(ctx) }},
		drill{"race: 8 publishers", func(ctx context.Context, b *bench) (tally, error) { return b.race(ctx) }},
	)
}

func main() {
	every := flag.Int("every", 1, "try every `N`th point")
	only := flag.String("run", "", "only drills whose name contains `TEXT`")
	commits := flag.Int("commits", 1000, "how many commits the race is for")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	bad, err := all(ctx, settings{every: max(1, *every), commits: *commits}, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "drills:", err)
		os.Exit(3)
	}
	if bad {
		os.Exit(1)
	}
}

// all runs the drills and prints the table.
func all(ctx context.Context, s settings, only string) (bad bool, err error) {
	b, err := newBench(ctx, s)
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(b.dir)
	fmt.Printf("%-52s %7s %13s %10s %8s %5s %6s %5s %8s\n", "drill", "trials", "acknowledged", "locks left", "corrupt", "lost", "stuck", "hung", "seconds")
	for _, d := range drills() {
		if !strings.Contains(d.name, only) {
			continue
		}
		start := time.Now()
		t, err := d.run(ctx, b)
		if err != nil {
			return bad, fmt.Errorf("%s: %w", d.name, err)
		}
		bad = bad || t.bad()
		fmt.Printf("%-52s %7d %13d %10d %8d %5d %6d %5d %8.0f\n", d.name, t.trials, t.acknowledged, t.locks, t.corrupt, t.lost, t.stuck, t.hung, time.Since(start).Seconds())
	}
	return bad, nil
}

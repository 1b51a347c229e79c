package gitrepo

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// grace is how long git has, after it was told to end, to take its locks away.
const grace = 2 * time.Second

// leftOut are the variables that git itself clears before it works on another
// repository (git rev-parse --local-env-vars), less those that carry the
// user's configuration. They are set when tenantc runs inside of a hook.
var leftOut = []string{
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
	"GIT_IMPLICIT_WORK_TREE", "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_REPLACE_REF_BASE",
	"GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_QUARANTINE_PATH",
}

// gitCommand is git with a clean environment: no credentials of tenantc's, no
// other repository, nobody asked at the terminal, and messages in the language
// that isRace reads. When the context ends, it is
// told to end rather than killed, so that it leaves no lock behind.
func gitCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasPrefix(name, "TENANTC_") || slices.Contains(leftOut, name)
	}), "GIT_TERMINAL_PROMPT=0", "LANGUAGE=C")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	apart(cmd)
	return cmd
}

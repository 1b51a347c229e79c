package version

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two programs are told apart although only a text in them differs, with the ID
// that the linker gives and without one; the same build twice is one program.
func TestBuildsAreToldApart(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nvar text string\n\nfunc main() { print(text) }\n"), 0o644))
	build := func(name, flags string) string {
		program := filepath.Join(dir, name)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", flags, "-o", program, "main.go")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return program
	}
	a, again, b := build("a", "-X main.text=a"), build("again", "-X main.text=a"), build("b", "-X main.text=b")
	require.Equal(t, identity(a), identity(again))
	require.NotEqual(t, identity(a), identity(b))
	if runtime.GOOS == "linux" {
		require.NotEmpty(t, buildID(a))
	}
	a, b = build("a", "-buildid= -X main.text=a"), build("b", "-buildid= -X main.text=b")
	require.Empty(t, buildID(a))
	require.NotEqual(t, identity(a), identity(b))
	require.NotEmpty(t, Identity())
	require.Empty(t, identity(filepath.Join(dir, "absent")))
}

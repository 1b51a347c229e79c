// Package golden compares what a test made with a file that is checked in. One
// switch rewrites them all: TENANTC_UPDATE=1 go test ./...
package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Update tells whether golden files are to be written instead of compared.
func Update() bool { return os.Getenv("TENANTC_UPDATE") == "1" }

// Check fails the test when the file at path does not hold exactly got.
func Check(t testing.TB, path string, got []byte) {
	t.Helper()
	if Update() {
		write(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (TENANTC_UPDATE=1 writes it)", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not current (TENANTC_UPDATE=1 rewrites it; - file, + now):\n%s", path, diff)
	}
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

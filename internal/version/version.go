// Package version says which tenantc this is.
package version

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

// number is set at link time for a release: -X …/internal/version.number=v1.2.3.
var number string

// String is the release, or the module's version when it was installed with
// `go install`, or "devel".
func String() string {
	if number != "" {
		return number
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// Released tells whether this tenantc was built of a commit as it stands, so
// that the same version is the same program.
func Released() bool {
	return String() != "devel" && !strings.HasSuffix(String(), "-dirty") && !strings.Contains(String(), "+dirty")
}

// Identity tells one build of tenantc from every other, so that no cache is
// trusted across them, because two development builds share a version. It is the
// build ID that the Go linker leaves in the program, whose last part is a digest
// of all of it; where there is none, a digest of the program file. It is empty
// when that cannot be read.
func Identity() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return identity(path)
}

func identity(program string) string {
	if id := buildID(program); id != "" {
		return id
	}
	return digest(program)
}

// minBuildID is less than any build ID has: four digests.
const minBuildID = 64

func buildID(path string) string {
	file, err := elf.Open(path)
	if err != nil {
		return "" // no ELF: another system's program
	}
	defer file.Close()
	note := file.Section(".note.go.buildid")
	if note == nil {
		return ""
	}
	data, err := note.Data()
	if err != nil || len(data) < minBuildID {
		return "" // linked with an ID of somebody's own, or none
	}
	return hex.EncodeToString(data)
}

func digest(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

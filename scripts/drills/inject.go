package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// victim is which processes of a publish are hit.
type victim string

const (
	theProgram      victim = "tenantc"
	git             victim = "git and its children"
	onlyReceivePack victim = "git receive-pack"
)

// writes are the system calls that change a file or a folder, or that say a
// change has reached the disk; a pipe's among them.
func writes() []string {
	return []string{
		"write", "pwrite64", "writev", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat",
		"mkdir", "mkdirat", "fsync", "fdatasync", "ftruncate", "fchmod", "chmod", "openat",
	}
}

// inject lets a publish be hit at the first, second, third … call of each kind
// that writes, until there are no more.
func (b *bench) inject(ctx context.Context, who victim, fault string) (tally, error) {
	var sum tally
	if _, err := exec.LookPath("strace"); err != nil {
		return sum, fmt.Errorf("install strace (apt-get install strace): %w", err)
	}
	for _, call := range writes() {
		for n := 1; ; n += b.every {
			hit, err := b.injectOnce(ctx, who, call, fmt.Sprintf("%s:when=%d", fault, n), &sum)
			if err != nil {
				return sum, err
			}
			if !hit {
				break
			}
		}
	}
	return sum, nil
}

// injectOnce is one trial. It tells whether there was such a call.
func (b *bench) injectOnce(ctx context.Context, who victim, call, fault string, sum *tally) (hit bool, err error) {
	t, err := b.trial()
	if err != nil {
		return false, err
	}
	journal := filepath.Join(t.dir, "journal")
	strace := []string{"strace", "-qq", "-o", journal, "-e", "trace=" + call, "-e", "inject=" + call + ":" + fault}
	var env, line []string
	switch who {
	case theProgram:
		line = append(strace, "-f", "-b", "execve")
	case git:
		env, err = t.wrapGit(append(strace, "-f"))
	case onlyReceivePack:
		env, err = t.wrapGit(strace)
	}
	if err != nil {
		return false, err
	}
	commit, hung := t.publish(ctx, env, line...)
	said, err := os.ReadFile(journal)
	if err != nil {
		return false, err
	}
	if !strings.Contains(string(said), "INJECTED") && !strings.Contains(string(said), "killed by SIGKILL") {
		return false, os.RemoveAll(t.dir)
	}
	return true, t.judge(ctx, sum, commit, hung)
}

// wrapGit makes the git that the publish finds one that runs under strace.
func (t trial) wrapGit(strace []string) (env []string, err error) {
	real, err := exec.LookPath("git")
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(t.dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return nil, err
	}
	script := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = receive-pack ] || exec %s \"$@\"\nexec %s %s \"$@\"\n", real, strings.Join(strace, " "), real)
	return []string{"PATH=" + bin + ":" + os.Getenv("PATH")}, os.WriteFile(filepath.Join(bin, "git"), []byte(script), 0o755)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// fullDisk publishes onto a small file system with ever more room left, until
// there is enough.
func (b *bench) fullDisk(ctx context.Context) (tally, error) {
	var sum tally
	for room := 0; ; room += 4096 * b.every {
		enough, err := b.fullDiskOnce(ctx, room, &sum)
		if enough || err != nil {
			return sum, err
		}
	}
}

func (b *bench) fullDiskOnce(ctx context.Context, room int, sum *tally) (enough bool, err error) {
	t, err := b.trial()
	if err != nil {
		return false, err
	}
	disk := filepath.Join(t.tenancyDir(), "build")
	aside := filepath.Join(t.dir, "aside")
	if err := os.Rename(disk, aside); err != nil {
		return false, err
	}
	if err := errors.Join(os.Mkdir(disk, 0o755), run(ctx, "mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk)); err != nil {
		return false, fmt.Errorf("a small file system cannot be mounted: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(t.dir)) }()
	defer func() { err = errors.Join(err, run(context.WithoutCancel(ctx), "umount", disk)) }()
	if err := os.CopyFS(disk, os.DirFS(aside)); err != nil {
		return false, err
	}
	ballast := filepath.Join(disk, "ballast")
	if err := fill(ballast, room); err != nil {
		return false, err
	}
	commit, hung := t.publish(ctx, nil)
	if err := os.Remove(ballast); err != nil {
		return false, err
	}
	return commit != "", t.judge(ctx, sum, commit, hung)
}

// fill writes a file until the disk has only so many bytes left.
func fill(file string, room int) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	size := 0
	for block := make([]byte, 4096); err == nil; size += 4096 {
		_, err = out.Write(block)
	}
	return errors.Join(out.Truncate(int64(max(0, size-4096-room))), out.Close())
}

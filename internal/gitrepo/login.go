package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"github.com/kevinburke/ssh_config"
)

// helperTimeout bounds a call of git's credential helper, which may ask a
// desktop's keyring or a cloud.
const helperTimeout = 30 * time.Second

// login is a name and a password, with the lines in which the helper gave them.
type login struct {
	name, password string
	lines          string
}

// askHelper asks git for credentials (git-credential(1)); nobody is asked at
// the terminal.
func askHelper(ctx context.Context, u *url.URL) (login, error) {
	ctx, cancel := context.WithTimeout(ctx, helperTimeout)
	defer cancel()
	cmd := gitCommand(ctx, "credential", "fill")
	cmd.Stdin = strings.NewReader(fmt.Sprintf("protocol=%s\nhost=%s\npath=%s\n\n", u.Scheme, u.Host, strings.TrimPrefix(u.Path, "/")))
	out, err := cmd.Output()
	if err != nil {
		return login{}, errors.New("git's credential helper has none")
	}
	l := login{lines: string(out)}
	for line := range strings.Lines(l.lines) {
		switch key, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "="); key {
		case "username":
			l.name = value
		case "password":
			l.password = value
		}
	}
	if l.password == "" {
		return login{}, errors.New("git's credential helper gave no password")
	}
	return l, nil
}

// report tells the helper to keep the credentials, or to forget them. What it
// makes of that changes nothing here.
func (l login) report(ctx context.Context, good bool) {
	ctx, cancel := context.WithTimeout(ctx, helperTimeout)
	defer cancel()
	action := "reject"
	if good {
		action = "approve"
	}
	cmd := gitCommand(ctx, "credential", action)
	cmd.Stdin = strings.NewReader(strings.TrimRight(l.lines, "\n") + "\n\n")
	_ = cmd.Run()
}

// sshKeys are those of the agent or, without one, the key files that
// ~/.ssh/config names for the host or that ssh looks for, as far as they have
// no passphrase. The name is the URL's, else git.
func sshKeys(u *url.URL) (ssh.AuthMethod, error) {
	name := u.User.Username()
	if name == "" {
		name = ssh.DefaultUsername
	}
	if os.Getenv("SSH_AUTH_SOCK") != "" {
		return ssh.NewSSHAgentAuth(name)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return nil, err
	}
	files := append(ssh_config.GetAll(u.Hostname(), "IdentityFile"), "~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
	for _, file := range files {
		if rest, ok := strings.CutPrefix(file, "~/"); ok {
			file = filepath.Join(home, rest)
		}
		if keys, err := ssh.NewPublicKeysFromFile(name, file, ""); err == nil {
			return keys, nil
		}
	}
	return nil, errors.New("no ssh agent runs (SSH_AUTH_SOCK), and ~/.ssh has no key without a passphrase")
}

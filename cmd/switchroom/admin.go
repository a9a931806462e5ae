package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"switchroom/account"
	"switchroom/settings"
	"switchroom/store/sql"
)

// adminCmd makes the first administrator of an empty database, and lets in one who has lost the password. Everything else is done over the API.
type adminCmd struct {
	Create   adminCreateCmd   `cmd:"" help:"Make an administrator."`
	Password adminPasswordCmd `cmd:"" help:"Give somebody another password, and end their sessions."`
}

type adminCreateCmd struct {
	adminPassword
	Login string `arg:"" help:"The name to log in with."`
	Name  string `help:"The person's name. Default: the login."`
}

type adminPasswordCmd struct {
	adminPassword
	Login string `arg:"" help:"The name to log in with."`
}

// adminPassword is where the password comes from. Never an argument: those are seen by everybody on the machine.
type adminPassword struct {
	Database      string `help:"As given to serve." default:"sqlite:switchroom.db" env:"SWITCHROOM_DATABASE"`
	PasswordStdin bool   `help:"Read the password from the first line of the standard input. Otherwise one is made and printed, once."`
}

// Run makes the administrator.
func (c adminCreateCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.with(ctx, log, []string{c.Login, c.Name}, func(db *sql.Store, hash string) error {
		v := settings.NewPerson()
		v.Login, v.Name, v.Roles = c.Login, c.Name, []account.Role{account.Administrator}
		if v.Name == "" {
			v.Name = c.Login
		}
		_, err := db.CreatePerson(ctx, byCommand, v, hash)
		return err
	})
}

// Run sets the password.
func (c adminPasswordCmd) Run(ctx context.Context, log *slog.Logger) error {
	return c.with(ctx, log, []string{c.Login}, func(db *sql.Store, hash string) error {
		u, err := db.UserByLogin(ctx, c.Login)
		if errors.Is(err, account.ErrUnknown) {
			return fmt.Errorf("nobody logs in as %q", c.Login)
		}
		if err != nil {
			return err
		}
		_, err = db.SetPassword(ctx, byCommand, u.ID, hash, "")
		return err
	})
}

// byCommand is who did it, in the audit trail.
const byCommand = "switchroom admin"

// with does f with the password's hash, and prints the password when it was made here and f succeeded.
// Own is text about its owner.
func (p adminPassword) with(ctx context.Context, log *slog.Logger, own []string, f func(db *sql.Store, hash string) error) (err error) {
	password, made, err := p.password(os.Stdin, own...)
	if err != nil {
		return err
	}
	hash, err := account.Hasher{}.Hash(password)
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, p.Database, nil, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := f(db, hash); err != nil {
		return err
	}
	if made {
		fmt.Println("password:", password)
	}
	return nil
}

func (p adminPassword) password(stdin io.Reader, own ...string) (password string, made bool, err error) {
	if !p.PasswordStdin {
		return account.NewToken()[:20], true, nil
	}
	line, err := bufio.NewReader(io.LimitReader(stdin, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", false, fmt.Errorf("read the password: %w", err)
	}
	password = strings.TrimRight(line, "\r\n")
	return password, false, settings.CheckPassword(password, own...)
}

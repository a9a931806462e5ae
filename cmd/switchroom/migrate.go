package main

import (
	"context"
	"fmt"
	"log/slog"

	"switchroom/store/sql"
)

type migrateCmd struct {
	Database string `help:"As given to serve." required:"" env:"SWITCHROOM_DATABASE"`
	Pending  bool   `help:"Only say what is pending; exits with an error when something is."`
}

func (c migrateCmd) Run(ctx context.Context, log *slog.Logger) error {
	db, err := sql.Open(ctx, sql.Config{URL: c.Database, Log: log})
	if err != nil {
		return err
	}
	defer db.Close()
	if !c.Pending {
		return db.Migrate(ctx)
	}
	pending, err := db.Pending(ctx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return fmt.Errorf("%d migrations are pending: %v; run 'switchroom migrate'", len(pending), pending)
	}
	fmt.Println("the database is up to date")
	return nil
}

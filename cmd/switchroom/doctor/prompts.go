package doctor

import (
	"context"
	"io"
	"log/slog"

	"switchroom/store/disk"
	"switchroom/store/sql"
)

// prompts: the controller writes the services' messages to the disk from which Asterisk plays them.
func prompts(ctx context.Context, s Setup) []Finding {
	if s.Prompts == "" {
		return []Finding{warn("prompts", "set SWITCHROOM_PROMPTS to a folder on the Asterisk node's disk", "no folder for the services' messages: a forced disconnect plays Asterisk's own goodbye")}
	}
	if err := disk.Check(s.Prompts); err != nil {
		return []Finding{fail("prompts", "make the folder, and let the controller's user write and Asterisk's read it", "the folder of the services' messages cannot be written: %v", err)}
	}
	db, err := sql.Open(ctx, sql.Config{URL: s.Database, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return nil // said by the look at the database
	}
	defer db.Close()
	switch n, err := disk.Missing(ctx, s.Prompts, db); {
	case err != nil:
		return nil
	case n > 0:
		return []Finding{warn("prompts", "start 'switchroom serve', which writes them, or look at its log", "%d files of the services' messages are not in %s", n, s.Prompts)}
	}
	return []Finding{ok("prompts", "the services' messages are in %s", s.Prompts)}
}

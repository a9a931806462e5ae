package sql

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"gorm.io/gorm/logger"
)

// newLogger logs slow and failed statements, without their values.
func newLogger(log *slog.Logger) logger.Interface {
	return statements{logger.NewSlogLogger(log, logger.Config{
		LogLevel: logger.Warn, SlowThreshold: time.Second, IgnoreRecordNotFoundError: true, ParameterizedQueries: true,
	})}
}

// statements leaves out what failed because its caller had gone: a controller that stops, a client that closed its request; the caller still gets
// the error. And what is tried again.
type statements struct{ logger.Interface }

func (l statements) LogMode(level logger.LogLevel) logger.Interface {
	return statements{l.Interface.LogMode(level)}
}

func (l statements) Trace(ctx context.Context, begin time.Time, fc func() (string, int64), err error) {
	if err != nil && (errors.Is(ctx.Err(), context.Canceled) || crossed(err)) {
		return
	}
	l.Interface.Trace(ctx, begin, fc, err)
}

// ParamsFilter keeps the statements' values out of the log: gorm asks the logger it was given, not one inside it.
func (statements) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
